{{ config(materialized='view') }}

-- Yearly counts of all levels.
select indicator_code, regio_code, jaar, waarde, status_waarde, levering_id
from {{ ref('int_jaar_gemeente') }}
union all
select indicator_code, regio_code, jaar, waarde, status_waarde, levering_id
from {{ ref('int_jaar_samenwerking') }}
union all
select indicator_code, regio_code, jaar, waarde, status_waarde, levering_id
from {{ ref('int_jaar_buurt') }}
