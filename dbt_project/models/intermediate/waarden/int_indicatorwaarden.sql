{{ config(materialized='view') }}

-- Rows of `indicatorwaarden` of all marts, for what looks at all themes.
{{ alle_indicatorwaarden() }}
