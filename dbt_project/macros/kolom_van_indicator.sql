{#- Count of one indicator as a column, in a query grouped by region and period. -#}
{% macro kolom_van_indicator(indicator_code) -%}
    max(teller) filter (where indicator_code = '{{ indicator_code }}')
{%- endmacro %}
