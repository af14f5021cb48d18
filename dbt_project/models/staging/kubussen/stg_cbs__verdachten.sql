-- Generated from contracts/cbs_verdachten.yml by `python -m veiligheidsbeeld.generated`.
-- noqa: disable=LT02
-- Series of 85655NED: a row per kind, age group, region and year, as published.
with cellen as (
    select cellen.*, count(cellen.totaal) over (partition by cellen.regio, cellen.jaar) > 0 as bestond
    from {{ source('raw', 'cbs_verdachten_cellen') }} as cellen
    where {{ bekend('cellen') }}
)

select
    'cbs_verdachten' as dataset,
    reeks.nr,
    reeks.soort,
    leeftijd.leeftijdsgroep,
    cellen.regio as regio_code,
    cellen.jaar::integer as jaar,
    reeks.waarde,
    reeks.relatief,
    {{ status_van_cel('reeks.waarde', 'not cellen.bestond') }} as status_waarde,
    {{ status_van_cel('reeks.relatief', 'not cellen.bestond') }} as status_relatief,
    cellen.levering_van as levering_id
from cellen
left join {{ ref('stg_leeftijdscode') }} as leeftijd
    on leeftijd.dataset = 'cbs_verdachten' and leeftijd.dimensie = 'Leeftijd' and cellen.leeftijd = leeftijd.code
cross join lateral (
    values
    (1, 'TOT', cellen.totaal::double precision, cellen.totaal_per_10000::double precision),
    (2, 'VERMOGEN', cellen.vermogen::double precision, cellen.vermogen_per_10000::double precision),
    (3, 'VERNIELING', cellen.vernieling::double precision, cellen.vernieling_per_10000::double precision),
    (4, 'GEWELD', cellen.geweld::double precision, cellen.geweld_per_10000::double precision),
    (5, 'VERKEER', cellen.verkeer::double precision, cellen.verkeer_per_10000::double precision),
    (6, 'DRUGS', cellen.drugs::double precision, cellen.drugs_per_10000::double precision),
    (7, 'WAPENS', cellen.wapens::double precision, cellen.wapens_per_10000::double precision)
) as reeks (nr, soort, waarde, relatief)
where cellen.periode_soort = 'JJ'
