{#- What all goals together say, as one word to compare publications by. -#}
{% macro doel_afdruk() -%}
    md5(string_agg(
        concat_ws('|', doel_code, regio_code, regel, streefwaarde::text, horizon::text, status, waarde::text, zin), '#'
        order by doel_code, regio_code
    ))
{%- endmacro %}
