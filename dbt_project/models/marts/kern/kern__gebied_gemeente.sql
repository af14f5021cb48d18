-- Municipalities of provinces, police units and partnerships (many to many, valid in time).
select gebied_code, gebied_naam, gebied_soort, gemeente_code, geldig_van, geldig_tot
from {{ ref('gebied_gemeente') }}
