{#- Whether there is a usable number of inhabitants in a row of int_noemer. -#}
{% macro status_van_noemer(rij) -%}
    case
        when {{ rij }}.inwoners >= {{ var('noemer_minimum') }} then 'gepubliceerd'
        when {{ rij }}.inwoners is not null then 'onderdrukt'
        else coalesce({{ rij }}.status_waarde, 'nog_niet_beschikbaar')
    end
{%- endmacro %}
