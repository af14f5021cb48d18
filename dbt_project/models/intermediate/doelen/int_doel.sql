-- The goals that hold now, one row per region they are kept for: the area of the plan and, where the plan speaks of
-- municipalities, each of them. `vergelijking` is what the goal is held against.
with doelen as (
    select * from {{ ref('doel') }}
    where geldig_van <= {{ peildag() }} and (geldig_tot is null or geldig_tot > {{ peildag() }})
),

leden as (
    select gebied_code, gemeente_code from {{ ref('gebied_gemeente') }}
    where geldig_tot is null
),

gebieden as (
    select doel_code, gebied_code as regio_code, true as hele_gebied from doelen
    union all
    select d.doel_code, l.gemeente_code as regio_code, false as hele_gebied
    from doelen as d
    inner join leden as l on d.gebied_code = l.gebied_code
    where d.per = 'gemeente'
)

select
    d.*,
    g.regio_code,
    g.hele_gebied,
    coalesce(r.naam, g.regio_code) as regio_naam,
    p.korte_naam as plan_naam,
    -- A goal that is revised in the course of its plan still counts from the start of the plan.
    least(p.van, d.geldig_van) as vanaf,
    case d.richting when 'stijging' then 1 when 'geen' then 0 else -1 end as teken,
    case
        when d.benchmark_gebied is not null then 'benchmark'
        when d.streefwaarde is not null or d.regel in ('dekking', 'mijlpaal') then 'streefwaarde'
        when d.nulmeting <> 'geen' then 'nulmeting'
    end as vergelijking,
    coalesce(
        d.streefwaarde,
        case when d.regel in ('dekking', 'mijlpaal') then case d.maat when 'procent' then 100 else 1 end end
    ) as streven
from doelen as d
inner join gebieden as g on d.doel_code = g.doel_code
inner join {{ ref('plan') }} as p on d.plan_code = p.plan_code
left join {{ ref('int_regio') }} as r on g.regio_code = r.regio_code
