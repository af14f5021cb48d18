{#- A condition that holds for nearly all rows. The planner would expect it of one in some hundred, and join what
    follows row by row; that an expression is not null it expects of nearly all. -#}
{% macro waar(voorwaarde) -%}
    nullif({{ voorwaarde }}, false) is not null
{%- endmacro %}
