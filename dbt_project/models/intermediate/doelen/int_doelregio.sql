{{ config(materialized='view') }}

-- For which regions which indicators are needed: those of the goals, their benchmarks (or areas of the same
-- municipalities) and the agreed results.
with benchmarks as (
    select indicator_code, benchmark_gebied from {{ ref('int_doel') }}
    where benchmark_gebied is not null
)

select indicator_code, regio_code from {{ ref('int_doel') }}
union
select indicator_code, benchmark_gebied as regio_code from benchmarks
union
select b.indicator_code, g.gelijk_aan as regio_code
from benchmarks as b
inner join {{ ref('int_gebied_gelijk') }} as g on b.benchmark_gebied = g.gebied_code
union
select a.indicator_code, g.regio_code
from {{ ref('resultaatafspraak') }} as a
inner join {{ ref('int_plangebied') }} as g on a.plan_code = g.plan_code
