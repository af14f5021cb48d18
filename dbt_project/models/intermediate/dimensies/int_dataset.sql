{{ config(materialized='view') }}

-- Datasets of the sources with their family and the scale at which they are used, as their contracts say.
select d.*
from jsonb_to_recordset({{ uit_contracten() }}) as d (dataset text, tabel text, familie text, schaal text, titel text)
