{{ config(materialized='view') }}

-- The status of every goal with its sentence (veiligheidsbeeld.goals.sentences), and who has not done it yet.
select s.*, k.ontbreekt, z.zin
from {{ ref('int_doelstatus') }} as s
left join {{ source('doelen', 'doel_zin') }} as z on s.doel_code = z.doel_code and s.regio_code = z.regio_code
left join {{ ref('int_doel_dekking') }} as k on s.doel_code = k.doel_code and s.regio_code = k.regio_code
