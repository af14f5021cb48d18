{{ config(materialized='view') }}

-- Counts with their context, of all levels and kinds of period.
select * from {{ ref('int_cijfer') }}
union all
select * from {{ ref('int_buurtmaandcijfer') }}
