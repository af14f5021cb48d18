{{ config(materialized='view') }}

-- Rows of `indicatorwaarden` from registrations of the police, but for months of neighbourhoods.
{{ waarden_van_registraties('int_cijfer') }}
