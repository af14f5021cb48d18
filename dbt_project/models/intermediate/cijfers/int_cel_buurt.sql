{{ config(materialized='view') }}

-- Cells of the tables per district and neighbourhood (47022NED, 47024NED).
{{ politiecellen('buurt') }}
