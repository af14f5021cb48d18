{#- Descriptions as comments, of a relation and its columns in one statement. dbt's own asks twice per relation which
    columns there are; here the description of a column that does not exist is an error, not a warning. Columns of which
    YAML says nothing are described by veiligheidsbeeld/dictionary.py. -#}
{% macro postgres__persist_docs(relation, model, for_relation, for_columns) -%}
    {%- set comments -%}
        {%- if for_relation and config.persist_relation_docs() and model.description -%}
            {{ postgres__alter_relation_comment(relation, model.description) }}
        {%- endif -%}
        {%- if for_columns and config.persist_column_docs() -%}
            {%- for name, column in model.columns.items() if column.description -%}
                comment on column {{ relation }}.{{ adapter.quote(name) if column.quote else name }}
                is {{ postgres_escape_comment(column.description) }};
            {%- endfor -%}
        {%- endif -%}
    {%- endset -%}
    {%- if comments | trim -%}
        {%- do run_query(comments) -%}
    {%- endif -%}
{%- endmacro %}
