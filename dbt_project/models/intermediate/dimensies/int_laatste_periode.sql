{{ config(indexes=[{'columns': ['indicator_code', 'periode_soort'], 'unique': true}]) }}

-- The newest period of each kind with a figure of a municipality or a larger area, per indicator. Codes of one kind of
-- period sort as time does.
with waarden as (
    select indicator_code, periode_soort, periode_code from {{ ref('int_cijfer') }}
    where niveau not in ('wijk', 'buurt') and teller is not null
    union all
    select indicator_code, periode_soort, periode_code from {{ ref('int_waarde_enquete') }}
    where niveau not in ('wijk', 'buurt') and waarde is not null
    union all
    select indicator_code, periode_soort, periode_code from {{ ref('int_waarde_register') }}
    where niveau not in ('wijk', 'buurt') and waarde is not null
    union all
    select indicator_code, periode_soort, periode_code from {{ ref('int_waarde_kubus') }}
    where niveau not in ('wijk', 'buurt') and waarde is not null
)

select indicator_code, periode_soort, max(periode_code) as periode_code
from waarden
group by indicator_code, periode_soort
