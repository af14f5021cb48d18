{{ config(materialized='view') }}

-- Monthly counts of all levels.
select indicator_code, regio_code, maand_index, waarde, status_waarde, levering_id
from {{ ref('int_maand_gemeente') }}
union all
select indicator_code, regio_code, maand_index, waarde, status_waarde, levering_id
from {{ ref('int_maand_samenwerking') }}
union all
select indicator_code, regio_code, maand_index, waarde, status_waarde, levering_id
from {{ ref('int_maand_buurt') }}
