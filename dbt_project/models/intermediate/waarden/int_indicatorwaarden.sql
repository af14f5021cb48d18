{{ config(materialized='view') }}

-- Rows of `indicatorwaarden` of all marts, one branch per kind of source: each judges and hides its own figures, and
-- all have the columns of `indicatorwaarde_kolommen`, beside the theme that shows them.
select thema, {{ indicatorwaarde_kolommen() }} from {{ ref('int_waarde_registratie') }}
union all
select thema, {{ indicatorwaarde_kolommen() }} from {{ ref('int_waarde_enquete') }}
union all
select thema, {{ indicatorwaarde_kolommen() }} from {{ ref('int_waarde_register') }}
union all
select thema, {{ indicatorwaarde_kolommen() }} from {{ ref('int_waarde_kubus') }}
