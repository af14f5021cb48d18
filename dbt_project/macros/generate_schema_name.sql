{#- Schemas are named exactly as configured, those of a candidate after the folder of its mart: grants and the publisher
    rely on the names. What is rebuilt as it was known at `peilmoment` goes to schemas of its own, where nothing is
    published from. -#}
{% macro generate_schema_name(custom_schema_name, node) -%}
    {{ 'peilmoment_' if var('peilmoment', none) -}}
    {%- if node.resource_type == 'model' and 'marts' in node.fqn -%}
        kandidaat_{{ node.fqn[node.fqn.index('marts') + 1] }}
    {%- else -%}
        {{ custom_schema_name | trim if custom_schema_name else target.schema }}
    {%- endif -%}
{%- endmacro %}
