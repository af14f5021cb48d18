{{ config(indexes=[{'columns': ['regio_code']}]) }}

-- Suspects as published: one row per kind of offence, age group, region and year. The age group follows from the title
-- of its code ("12 tot 18 jaar" is 12 up to and including 17). A municipality without any figure in a year was none.
with cellen as (
    select *, max(totaal) over (partition by regio_code, jaar) is not null as bestond
    from {{ ref('stg_cbs__verdachten') }}
),

leeftijden as (
    select
        code,
        case when titel not ilike 'totaal%' then substring(titel from '^(\d+) ')::integer end as van,
        substring(titel from ' tot (\d+) jaar')::integer - 1 as tot_en_met
    from {{ ref('stg_codelijst') }}
    where
        dataset = 'cbs_verdachten' and dimensie = 'Leeftijd'
        and titel ~* '^(totaal|\d+ tot \d+ jaar|\d+ jaar of ouder)'
),

groepen as (
    select l.code, g.leeftijdsgroep
    from leeftijden as l
    inner join {{ ref('leeftijdsgroep') }} as g
        on l.van is not distinct from g.leeftijd_van and l.tot_en_met is not distinct from g.leeftijd_tot_en_met
),

regios as (
    select regio_code, niveau from {{ ref('int_regio') }}
    where werkgebied and not restcategorie
)

select
    s.soort, g.leeftijdsgroep, c.regio_code, r.niveau, c.jaar::integer as jaar, s.aantal, s.per_10000,
    {{ status_van_cel('s.aantal', 'not c.bestond') }} as status_waarde,
    {{ status_van_cel('s.per_10000', 'not c.bestond') }} as status_per_10000,
    c.levering_id
from cellen as c
inner join groepen as g on c.leeftijd_code = g.code
inner join regios as r on c.regio_code = r.regio_code
cross join lateral (
    values
    ('TOT', c.totaal, c.totaal_per_10000),
    ('VERMOGEN', c.vermogen, c.vermogen_per_10000),
    ('VERNIELING', c.vernieling, c.vernieling_per_10000),
    ('GEWELD', c.geweld, c.geweld_per_10000),
    ('VERKEER', c.verkeer, c.verkeer_per_10000),
    ('DRUGS', c.drugs, c.drugs_per_10000),
    ('WAPENS', c.wapens, c.wapens_per_10000)
) as s (soort, aantal, per_10000)
