-- Municipalities of provinces, police units, partnerships, districten and basisteams (many to many, valid in time).
select gebied_code, gebied_naam, gebied_soort, gemeente_code, geldig_van, geldig_tot
from {{ ref('gebied_gemeente') }}
union all
select basisteam_code, basisteam_naam, 'basisteam' as gebied_soort, gemeente_code, geldig_van, geldig_tot
from {{ ref('basisteam_gemeente') }}
union all
select district_code, district_naam, 'politiedistrict' as gebied_soort, gemeente_code, geldig_van, geldig_tot
from {{ ref('basisteam_gemeente') }}
