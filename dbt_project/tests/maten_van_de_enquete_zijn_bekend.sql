{{ config(severity='warn') }}

-- Every measure and trait of the published survey tables is known to the seeds; an unknown one is not shown.
with codes as (
    select dataset, dimensie, code from {{ ref('stg_codelijst') }}
    where dataset like 'vm%' and dimensie in ('Measure', 'Kenmerken')
)

select dataset, dimensie, code
from codes
where
    code not in (select m.maat_code from {{ ref('vm_maatcode') }} as m)
    and code not in (select k.kenmerk_code from {{ ref('vm_kenmerk') }} as k)
