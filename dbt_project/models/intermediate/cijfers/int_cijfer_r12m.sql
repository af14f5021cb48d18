{{ config(materialized='view') }}

-- Counts over twelve months of all levels.
select indicator_code, regio_code, maand_index, waarde, status_waarde, levering_id
from {{ ref('int_r12m_gemeente') }}
union all
select indicator_code, regio_code, maand_index, waarde, status_waarde, levering_id
from {{ ref('int_r12m_buurt') }}
