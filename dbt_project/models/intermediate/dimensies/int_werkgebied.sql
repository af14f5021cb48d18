{{ config(materialized='view') }}

-- Municipalities of the work area, with the province and the police unit that they lie in.
with leden as (
    select * from {{ ref('gebied_gemeente') }}
)

select
    gemeente_code,
    max(gebied_code) filter (where gebied_soort = 'provincie') as provincie_code,
    max(gebied_code) filter (where gebied_soort = 'regionale_eenheid') as regionale_eenheid_code
from leden
group by gemeente_code
