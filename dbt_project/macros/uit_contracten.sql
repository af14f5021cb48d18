{#- Rows of a list that the contracts of tables hold (`niveaus`, `reeksen`, `indicatoren`), each with its dataset, as
    JSON; without a list the datasets themselves. -#}
{% macro uit_contracten(lijst=none) -%}
    {%- set rijen = [] -%}
    {%- for naam, dataset in datasets().items() -%}
        {%- for rij in (dataset[lijst] if lijst else [dataset]) -%}
            {%- do rijen.append(dict(rij, dataset=naam)) -%}
        {%- endfor -%}
    {%- endfor -%}
    '{{ tojson(rijen) | replace("'", "''") }}'::jsonb
{%- endmacro %}
