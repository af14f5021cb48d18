-- A soort that the source has and the seeds do not would silently be left out of every mart.
with bekend as (
    select 'SoortMisdrijf' as dimensie, soort from {{ ref('soort_misdrijf') }}
    union all
    select 'Overlast' as dimensie, soort from {{ ref('soort_overlast') }}
)

select c.dataset, c.dimensie, c.code, c.titel
from {{ ref('stg_codelijst') }} as c
left join bekend as b on c.dimensie = b.dimensie and c.code = b.soort
where
    c.dataset like 'politie_%'
    and c.dimensie in ('SoortMisdrijf', 'Overlast')
    and b.soort is null
