{#- Schemas are named exactly as configured: grants and the publisher rely on the names. What is rebuilt as it was
    known at `peilmoment` goes to schemas of its own, where nothing is published from. -#}
{% macro generate_schema_name(custom_schema_name, node) -%}
    {{ 'peilmoment_' if var('peilmoment', none) -}}
    {{ custom_schema_name | trim if custom_schema_name else target.schema }}
{%- endmacro %}
