{#- None or enough cases to be shown; a group of all or none is shown, except where `min_cel` is that of persons. -#}
{% macro genoeg(aantal, minimum) -%}
    ({{ aantal }} >= {{ minimum }} or ({{ aantal }} = 0 and {{ minimum }} < 10))
{%- endmacro %}
