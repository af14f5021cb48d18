-- Generated from contracts/cbs_landbouw.yml by `python -m veiligheidsbeeld.generated`.
-- noqa: disable=LT02
-- Series of 80781ned: a row per kind, age group, region and year, as published.
with cellen as (
    select cellen.*, count(cellen.bedrijven) over (partition by cellen.regio, cellen.jaar) > 0 as bestond
    from {{ source('raw', 'cbs_landbouw_cellen') }} as cellen
    where {{ bekend('cellen') }}
)

select
    'cbs_landbouw' as dataset,
    reeks.nr,
    reeks.soort,
    'totaal' as leeftijdsgroep,
    cellen.regio as regio_code,
    cellen.jaar::integer as jaar,
    reeks.waarde,
    reeks.relatief,
    {{ status_van_cel('reeks.waarde', 'not cellen.bestond') }} as status_waarde,
    {{ status_van_cel('reeks.relatief', 'not cellen.bestond') }} as status_relatief,
    cellen.levering_van as levering_id
from cellen
cross join lateral (
    values
    (1, 'BEDRIJVEN', cellen.bedrijven::double precision, null::double precision)
) as reeks (nr, soort, waarde, relatief)
where cellen.periode_soort = 'JJ'
