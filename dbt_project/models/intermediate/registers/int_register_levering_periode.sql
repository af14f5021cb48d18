{{ config(indexes=[{'columns': ['register', 'gemeente_code']}]) }}

-- Whether a municipality has delivered a register over a period. What lies within a year is there only when it was
-- delivered; the year is always there, and says whether it was.
with perioden as (
    select * from {{ ref('int_register_periode') }}
),

gemeenten as (
    select gemeente_code from {{ ref('int_werkgebied') }}
),

dekking as (
    select * from {{ ref('int_register_dekking') }}
)

select
    p.register, g.gemeente_code, p.periode_code, p.periode_soort, p.begin_index, p.eind_index, p.jaar,
    count(d.maand_index) = p.maanden as geleverd,
    coalesce(bool_or(d.vernietigd), false) as vernietigd,
    coalesce(bool_or(d.voorlopig), false) as voorlopig,
    max(d.levering_id) as levering_id
from perioden as p
cross join gemeenten as g
left join dekking as d
    on
        p.register = d.register and g.gemeente_code = d.gemeente_code
        and d.maand_index between p.begin_index and p.eind_index
group by
    p.register, g.gemeente_code, p.periode_code, p.periode_soort, p.begin_index, p.eind_index, p.jaar, p.maanden
having p.periode_soort = 'jaar' or count(d.maand_index) = p.maanden
