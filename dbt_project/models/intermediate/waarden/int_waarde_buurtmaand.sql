{{ config(materialized='view') }}

-- Rows of `indicatorwaarden` from registrations of the police: months of districts and neighbourhoods. A view of its
-- own, so that a theme joins its indicators to series, and not to rows.
{{ waarden_van_registraties('int_buurtmaandcijfer') }}
