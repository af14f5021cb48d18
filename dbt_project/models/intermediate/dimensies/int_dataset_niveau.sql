{{ config(materialized='view') }}

-- Levels and kinds of period that a dataset should hold; coverage is held against it.
select n.*
from jsonb_to_recordset({{ uit_contracten('niveaus') }}) as n (dataset text, niveau text, periode_soort text)
