{#- First day of a month number (year * 12 + month - 1). -#}
{% macro eerste_dag(maand_index) -%}
    make_date(({{ maand_index }}) / 12, ({{ maand_index }}) % 12 + 1, 1)
{%- endmacro %}
