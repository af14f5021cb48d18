-- noqa: disable=LT02
{#- Rows of tables that are alike, such as the years of municipalities, of partnerships and of neighbourhoods. -#}
{% macro samen(modellen) -%}
    {%- for model in modellen %}
    select * from {{ ref(model) }}
    {{- ' union all' if not loop.last }}
    {%- endfor %}
{%- endmacro %}

{#- Counts of the year to date of all levels. -#}
{% macro alle_jtd() -%}
    {{ samen(['int_jtd_gemeente', 'int_jtd_buurt']) }}
{%- endmacro %}

{#- Counts over twelve months of all levels. -#}
{% macro alle_r12m() -%}
    {{ samen(['int_r12m_gemeente', 'int_r12m_buurt']) }}
{%- endmacro %}

{#- Yearly counts of all levels. -#}
{% macro alle_jaren() -%}
    {{ samen(['int_jaar_gemeente', 'int_jaar_samenwerking', 'int_jaar_buurt']) }}
{%- endmacro %}

{#- Counts of all levels and kinds of period, with their context. -#}
{% macro alle_cijfers() -%}
    {{ samen(['int_cijfer', 'int_buurtmaandcijfer']) }}
{%- endmacro %}
