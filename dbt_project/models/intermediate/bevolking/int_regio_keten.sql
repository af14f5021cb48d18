{{ config(materialized='view') }}

-- Weight with which the inhabitants of a municipality that ended count in a municipality of today, through all later
-- changes; it holds for 1 January of the years before `datum`.
with recursive overgangen as (
    select van_code, naar_code, datum, gewicht from {{ ref('int_regio_overgang') }}
),

keten as (
    select van_code, naar_code, datum, gewicht, 1 as stappen
    from overgangen
    union all
    select k.van_code, o.naar_code, k.datum, k.gewicht * o.gewicht as gewicht, k.stappen + 1 as stappen
    from keten as k
    inner join overgangen as o on k.naar_code = o.van_code and k.datum <= o.datum
    where k.stappen < 10
)

select van_code, naar_code, datum, sum(gewicht) as gewicht
from keten
group by van_code, naar_code, datum
