{#- `leefomgeving__indicatorwaarden` becomes table `indicatorwaarden` of its mart; other names stay. -#}
{% macro generate_alias_name(custom_alias_name=none, node=none) -%}
    {%- if custom_alias_name -%}
        {{ custom_alias_name | trim }}
    {%- elif node.resource_type == 'model' and 'marts' in node.fqn -%}
        {{ node.name.split('__')[-1] }}
    {%- else -%}
        {{ node.name }}
    {%- endif -%}
{%- endmacro %}
