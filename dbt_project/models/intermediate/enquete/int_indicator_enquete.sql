{{ config(materialized='view') }}

-- One row per indicator of the survey: delict or subject, what is measured of it, and the age group (all ages: no
-- suffix), which the tables per region do not have. Young people are shown in `jeugd` as well.
with delicten as (
    select * from {{ ref('vm_delict') }}
),

maten as (
    select * from {{ ref('vm_maat') }}
),

leeftijden as (
    select leeftijdsgroep, naam, volgorde from {{ ref('leeftijdsgroep') }}
    where leeftijdsgroep = 'totaal' or enquete
),

tabellen as (
    select * from {{ ref('int_dataset') }}
    where familie = 'enquete'
)

select
    {{ enquete_indicator("'VM-' || d.delict || '-' || m.maat", 'l.leeftijdsgroep') }} as indicator_code,
    'enquete' as familie,
    d.delict || '-' || m.maat as soort,
    d.naam || case when m.maat <> 'BEL' then ': ' || m.naam else '' end
    || case when l.leeftijdsgroep <> 'totaal' then ' (' || l.naam || ')' else '' end as naam,
    m.definitie || ' ' || d.omschrijving || ' Percentage van: ' || coalesce(d.noemer_afwijkend, m.noemer) || '.'
        as definitie,
    d.delict in ('ONLINE', 'TRAD') as totaal,
    '% van ' || coalesce(d.noemer_afwijkend, m.noemer) as eenheid,
    true as alleen_jaar,
    l.leeftijdsgroep = '15-24' as jeugd,
    l.leeftijdsgroep,
    'woonplaats_slachtoffer' as ruimtelijk_principe,
    coalesce(d.richting_afwijkend, m.richting) as richting,
    false as inspanningsafhankelijk,
    d.veiligheidsthema as vng_thema,
    {{ enquete_caveat() }} as caveat,
    'infoservice (CBS)' as eigenaar,
    d.mart_prim,
    case when l.leeftijdsgroep = '15-24' then 'JZV' else d.mart_ook end as mart_ook,
    coalesce(t.tabel, 'respondentbestand') as tabel_gemeente,
    null as tabel_buurt,
    null::integer as afronding
from delicten as d
inner join maten as m on (m.maat = 'BEL') = (d.blok in ('beleving', 'gepubliceerd', 'eigen'))
inner join leeftijden as l on l.leeftijdsgroep = 'totaal' or d.blok not in ('traditioneel', 'gepubliceerd')
left join tabellen as t
    on
        t.dataset = case d.blok
            when 'online' then 'vm_online_regio'
            when 'traditioneel' then 'vm_traditioneel_regio'
            when 'beleving' then 'vm_kerncijfers_regio'
            when 'gepubliceerd' then 'vm_kerncijfers_regio'
        end
