{#- "jan. 2023" for a month number (year * 12 + month - 1). -#}
{% macro maandlabel(maand_index) -%}
    (array[
        'jan.', 'feb.', 'mrt.', 'apr.', 'mei', 'jun.', 'jul.', 'aug.', 'sep.', 'okt.', 'nov.', 'dec.'
    ])[{{ maand_index }} % 12 + 1] || ' ' || {{ maand_index }} / 12
{%- endmacro %}
