{#- Rate per 1,000 inhabitants of a row with teller, noemer and status_noemer; empty when either is unknown. -#}
{% macro per_1000(rij) -%}
    case when {{ rij }}.status_noemer = 'gepubliceerd' then 1000.0::double precision * {{ rij }}.teller / {{ rij }}.noemer end
{%- endmacro %}
