{{ config(severity='warn') }}

-- The source renames soorten now and then. Codes are what is joined on, so this only warns: look whether the meaning
-- changed as well, then bring the seed up to date.
with bron as (
    select distinct dataset, dimensie, code, trim(regexp_replace(titel, '^\d\.\d\.\d+ ', '')) as titel
    from {{ ref('stg_codelijst') }}
    where dimensie in ('SoortMisdrijf', 'Overlast') and dataset like 'politie_%_gemeente'
),

seeds as (
    select 'SoortMisdrijf' as dimensie, soort, titel from {{ ref('soort_misdrijf') }}
    union all
    select 'Overlast' as dimensie, soort, titel from {{ ref('soort_overlast') }}
)

select b.dataset, b.code, b.titel as titel_bron, s.titel as titel_seed
from bron as b
inner join seeds as s on b.dimensie = s.dimensie and b.code = s.soort
where b.titel <> s.titel
