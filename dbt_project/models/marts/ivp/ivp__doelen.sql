-- All goals of all plans.
select * from {{ ref('int_doelen') }}
