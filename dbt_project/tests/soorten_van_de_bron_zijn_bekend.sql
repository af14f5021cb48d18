-- A soort that the source has and the seeds do not would silently be left out of every mart.
select dataset, dimensie, code, titel
from {{ ref('stg_codelijst') }}
where
    (
        dimensie = 'SoortMisdrijf'
        and dataset like 'politie_%'
        and code not in (select soort from {{ ref('soort_misdrijf') }})
    )
    or (dimensie = 'Overlast' and code not in (select soort from {{ ref('soort_overlast') }}))
