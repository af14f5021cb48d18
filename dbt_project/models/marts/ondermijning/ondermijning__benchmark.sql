-- Rates of municipalities and partnerships of this theme beside those of the areas that they lie in.
with verhoudingen as (
    select * from {{ ref('int_benchmark') }}
),

themas as (
    select indicator_code from {{ ref('int_indicator_thema') }}
    where thema = 'ondermijning'
)

select v.*
from verhoudingen as v
inner join themas as t on v.indicator_code = t.indicator_code
