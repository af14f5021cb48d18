-- How many goals of every plan stand where, apart by what the plan itself says of them: what rests on an assumption is
-- no agreement that was met.
select
    plan_code, plan_naam, grond, status,
    (count(*) filter (where hele_gebied))::integer as doelen,
    (count(*) filter (where not hele_gebied))::integer as doelen_gemeenten
from {{ ref('int_doelen') }}
group by plan_code, plan_naam, grond, status
