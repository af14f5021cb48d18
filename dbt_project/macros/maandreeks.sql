{#- Status of a month (1 to 12) of a row of int_maandreeks_buurt. -#}
{% macro status_in_maandreeks(reeks, maand) -%}
    case
        when {{ reeks }}.levering_id is null then 'nog_niet_beschikbaar'
        when {{ reeks }}.waarden[{{ maand }}] is null then 'onderdrukt'
        when {{ reeks }}.waarden[{{ maand }}] = 0 then 'nul'
        else 'gepubliceerd'
    end
{%- endmacro %}
