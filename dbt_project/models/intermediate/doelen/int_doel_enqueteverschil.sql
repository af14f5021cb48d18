{{ config(materialized='view') }}

-- The survey's own test of a difference, covariance of overlapping samples included, for goals that rest on own
-- estimates: against the benchmark in the same wave, or against the wave of the baseline. A goal asked its question
-- before anybody looked, so its chance is not corrected for the differences that are shown beside it.
with verschillen as (
    select * from {{ source('enquete', 'vm_verschil') }} as v
    where {{ bekend('v') }} and v.leeftijdsgroep = 'totaal' and v.doelgroep = 'totaal' and v.status = 'gepubliceerd'
)

select
    d.doel_code, d.regio_code,
    case v.soort when 'golf' then 'nulmeting' else 'benchmark' end as tegen,
    v.p_waarde < 0.05 as significant, v.p_waarde, v.methode
from {{ ref('int_doel') }} as d
inner join {{ ref('int_doel_laatste') }} as l on d.doel_code = l.doel_code and d.regio_code = l.regio_code
inner join verschillen as v
    on
        d.indicator_code = v.indicator_code and d.regio_code = v.regio_code
        and v.golf = extract(year from l.begin_datum) and l.reeks = 'vm_eigen'
        and v.tegen = case v.soort
            when 'golf' then d.nulmeting_jaar::text
            when 'benchmark' then case when d.benchmark_modus = 'meebewegend' then d.benchmark_gebied end
        end
