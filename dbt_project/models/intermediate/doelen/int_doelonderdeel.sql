{{ config(materialized='view') }}

-- Which indicators are needed for which region: those of the goals, and the parts of their sums.
select i.indicator_code, i.onderdeel_code, i.onderdelen, r.regio_code
from {{ ref('int_doelindicator') }} as i
inner join {{ ref('int_doelregio') }} as r on i.indicator_code = r.indicator_code
