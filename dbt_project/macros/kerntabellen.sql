-- noqa: disable=LT02
{#- The core tables that every theme mart has alike, so that a dashboard made for one works on all. -#}

{#- The figures of all themes, one branch per kind of source: each judges and hides its own, and all have the columns of
    `indicatorwaarde_kolommen`, beside the theme that shows them. -#}
{% macro alle_indicatorwaarden() -%}
    {%- for bron in ['registratie', 'buurtmaand', 'enquete', 'register', 'kubus'] %}
    select thema, {{ indicatorwaarde_kolommen() }} from {{ ref('int_waarde_' ~ bron) }}
    {{- ' union all' if not loop.last }}
    {%- endfor %}
{%- endmacro %}

{#- The figures of a theme. -#}
{% macro indicatorwaarden_van(thema) -%}
with waarden as (
    {{ alle_indicatorwaarden() }}
)

select {{ indicatorwaarde_kolommen() }} from waarden
where thema = '{{ thema }}'
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

{#- The newest periods of the indicators of a theme. -#}
{% macro laatste_perioden_van(thema) -%}
with themas as (
    select indicator_code from {{ ref('int_indicator_thema') }}
    where thema = '{{ thema }}'
)

select l.indicator_code, l.periode_soort, l.periode_code
from {{ ref('int_laatste_periode') }} as l
inner join themas as t on l.indicator_code = t.indicator_code
{%- endmacro %}
