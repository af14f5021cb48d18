{#- Number of the month of a date: year * 12 + month - 1. -#}
{% macro maand_van(datum) -%}
    (extract(year from {{ datum }})::integer * 12 + extract(month from {{ datum }})::integer - 1)
{%- endmacro %}
