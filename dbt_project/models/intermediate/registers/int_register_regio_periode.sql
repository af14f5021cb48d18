{{ config(indexes=[{'columns': ['register', 'regio_code']}]) }}

-- Municipalities and areas with the periods for which all of their municipalities delivered a register, and how many
-- did. An area without all of them has no figure: the rest is not zero.
with leveringen as (
    select * from {{ ref('int_register_levering_periode') }}
),

leden as (
    select gebied_code as regio_code, gemeente_code, leden from {{ ref('int_register_lid') }}
    union all
    select gemeente_code as regio_code, gemeente_code, 1 as leden from {{ ref('int_werkgebied') }}
)

select
    v.register, l.regio_code, v.periode_code, v.periode_soort, v.begin_index, v.eind_index,
    l.leden,
    count(*) filter (where v.geleverd)::integer as geleverd,
    count(*) filter (where v.geleverd) = l.leden as volledig,
    bool_or(v.vernietigd) as vernietigd,
    bool_or(v.voorlopig) as voorlopig,
    max(v.levering_id) as levering_id
from leveringen as v
inner join leden as l on v.gemeente_code = l.gemeente_code
group by v.register, l.regio_code, v.periode_code, v.periode_soort, v.begin_index, v.eind_index, l.leden
