{{ config(materialized='view') }}

-- The rows of the agreed results for every region of their plan, with the baseline that ended last before the plan.
select
    a.plan_code, a.volgorde, a.hoofdthema, a.rij, a.indicator_code, a.maat, r.regio_code, p.van, p.tot, n.nulmeting
from {{ ref('resultaatafspraak') }} as a
inner join {{ ref('plan') }} as p on a.plan_code = p.plan_code
inner join {{ ref('int_plangebied') }} as r on a.plan_code = r.plan_code
inner join lateral (
    select m.nulmeting from {{ ref('nulmeting_periode') }} as m
    where m.tot < p.van
    order by m.tot desc
    limit 1
) as n on true
