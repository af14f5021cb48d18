{#- The day as of which goals and plans hold: that of `peilmoment`, else today. -#}
{% macro peildag() -%}
    {%- if var('peilmoment', none) -%}
        (cast('{{ var("peilmoment") }}' as timestamptz) at time zone 'Europe/Amsterdam')::date
    {%- else -%}
        (now() at time zone 'Europe/Amsterdam')::date
    {%- endif -%}
{%- endmacro %}
