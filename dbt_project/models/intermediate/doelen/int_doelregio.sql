{{ config(materialized='view') }}

-- For which regions which indicators are needed: those of the goals, their benchmarks and the agreed results.
select indicator_code, regio_code from {{ ref('int_doel') }}
union
select indicator_code, benchmark_gebied as regio_code from {{ ref('int_doel') }}
where benchmark_gebied is not null
union
select a.indicator_code, g.regio_code
from {{ ref('resultaatafspraak') }} as a
inner join {{ ref('plan') }} as p on a.plan_code = p.plan_code
cross join lateral (
    select p.gebied_code as regio_code
    union
    select l.gemeente_code from {{ ref('gebied_gemeente') }} as l
    where l.gebied_code = p.gebied_code and l.geldig_tot is null
) as g
