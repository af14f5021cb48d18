{{ config(materialized='view') }}

-- Until which day the cases of a municipality are seen: the last day of the last month that a register speaks for.
select register, gemeente_code, {{ eerste_dag('max(maand_index) + 1') }} - 1 as laatste_dag
from {{ ref('int_register_dekking') }}
group by register, gemeente_code
