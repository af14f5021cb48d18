-- Every count has a region, an indicator and a period: none falls out when they are joined.
with voor as (
    select count(*) as rijen from {{ ref('int_indicatorcijfer') }}
),

na as (
    select count(*) as rijen from {{ ref('int_cijfer_context') }}
)

select voor.rijen as voor, na.rijen as na
from voor
cross join na
where voor.rijen <> na.rijen
