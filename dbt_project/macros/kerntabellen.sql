{#- The core tables that every theme mart has alike, so that a dashboard made for one works on all. -#}

{#- The figures of a theme. -#}
{% macro indicatorwaarden_van(thema) -%}
with waarden as (
    select * from {{ ref('int_indicatorwaarden') }}
    where thema = '{{ thema }}'
)

select {{ indicatorwaarde_kolommen() }} from waarden
{%- endmacro %}

{#- The rates of a theme beside those of larger areas. -#}
{% macro benchmark_van(thema) -%}
with verhoudingen as (
    select * from {{ ref('int_benchmark') }}
),

themas as (
    select indicator_code from {{ ref('int_indicator_thema') }}
    where thema = '{{ thema }}'
)

select v.*
from verhoudingen as v
inner join themas as t on v.indicator_code = t.indicator_code
{%- endmacro %}
