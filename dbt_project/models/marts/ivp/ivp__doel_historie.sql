-- Every version of every goal: what was agreed, from when to when.
select
    d.doel_code, d.geldig_van, d.geldig_tot,
    row_number() over (partition by d.doel_code order by d.geldig_van)::integer as versie,
    d.geldig_tot is null or d.geldig_tot > {{ peildag() }} as geldig,
    d.plan_code,
    p.korte_naam as plan_naam,
    d.planitem_id,
    d.thema,
    d.naam as doel,
    d.indicator_code,
    d.maat,
    d.gebied_code,
    d.regel,
    d.richting,
    d.nulmeting,
    d.nulmeting_jaar,
    d.benchmark_gebied as benchmark_code,
    d.benchmark_modus,
    d.streefwaarde,
    d.norm_dagen, d.horizon, d.toelichting
from {{ ref('doel') }} as d
inner join {{ ref('plan') }} as p on d.plan_code = p.plan_code
