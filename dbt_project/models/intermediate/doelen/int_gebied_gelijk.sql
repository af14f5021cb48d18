{{ config(materialized='view') }}

-- Areas of which other areas consist of the very same municipalities, as a province and a police unit may.
with gebieden as (
    select gebied_code, string_agg(gemeente_code, ' ' order by gemeente_code) as samenstelling
    from {{ ref('gebied_gemeente') }}
    where geldig_tot is null
    group by gebied_code
)

select een.gebied_code, ander.gebied_code as gelijk_aan
from gebieden as een
inner join gebieden as ander on een.samenstelling = ander.samenstelling and een.gebied_code <> ander.gebied_code
