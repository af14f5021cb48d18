{{ config(materialized='view') }}

-- What goals and agreed results are measured by: an indicator, or a sum (SOM-) of indicators.
with gevraagd as (
    select indicator_code from {{ ref('doel') }}
    union
    select indicator_code from {{ ref('resultaatafspraak') }}
),

sommen as (
    select som_code, naam, indicator_code from {{ ref('indicator_som') }}
    union
    select 'SOM-' || groep_code as som_code, groep_naam as naam, 'MIS-' || soort as indicator_code
    from {{ ref('misdrijfgroep') }}
)

select
    g.indicator_code,
    coalesce(s.indicator_code, g.indicator_code) as onderdeel_code,
    coalesce(s.naam, i.naam) as naam,
    count(*) over (partition by g.indicator_code) as onderdelen
from gevraagd as g
left join sommen as s on g.indicator_code = s.som_code
left join {{ ref('int_indicator') }} as i on g.indicator_code = i.indicator_code
