-- All indicators, one branch per kind of source.
select {{ indicator_kolommen() }} from {{ ref('int_indicator_registratie') }}
union all
select {{ indicator_kolommen() }} from {{ ref('int_indicator_enquete') }}
union all
select {{ indicator_kolommen() }} from {{ ref('int_indicator_register') }}
