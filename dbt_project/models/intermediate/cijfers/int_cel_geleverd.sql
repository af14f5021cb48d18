{{ config(materialized='view') }}

-- Cells of the tables per municipality and higher (47013NED, 47021NED) as delivered.
{{ politiecellen('gemeente') }}
