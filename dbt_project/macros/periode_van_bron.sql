{#- Period code as the sources write it (2023MM01, 2023JJ00) of a month number (year * 12 + month - 1). -#}
{% macro periode_van_bron(maand_index, periode_soort) -%}
    {{ maand_index }} / 12 || {{ periode_soort }}
    || case {{ periode_soort }} when 'MM' then lpad(({{ maand_index }} % 12 + 1)::text, 2, '0') else '00' end
{%- endmacro %}
