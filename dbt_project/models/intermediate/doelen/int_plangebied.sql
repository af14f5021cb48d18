{{ config(materialized='view') }}

-- Regions of every plan: its area and the municipalities of it.
select p.plan_code, p.gebied_code as regio_code, true as hele_gebied
from {{ ref('plan') }} as p
union
select p.plan_code, l.gemeente_code as regio_code, false as hele_gebied
from {{ ref('plan') }} as p
inner join {{ ref('gebied_gemeente') }} as l on p.gebied_code = l.gebied_code
where l.geldig_tot is null
