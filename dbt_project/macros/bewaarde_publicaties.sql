{#- Rows of a table of `ivp` in every publication that is kept, up to the one that readers see; none before the first
    one, and none when looking back: `leeg` then gives the columns. -#}
{% macro bewaarde_publicaties(tabel, kolommen, leeg) -%}
    {%- if execute and not var('peilmoment', none) %}
        {%- set naam = 'ivp__' ~ tabel %}
        {%- set bron = adapter.get_relation(database=target.database, schema='publicatie', identifier=naam) %}
    {%- endif %}
    {%- if bron -%}
select publicatie_nr, {{ kolommen | join(', ') }}
from {{ bron }}
where publicatie_nr <= (select a.publicatie_nr from beheer.publicatie_actueel as a where a.thema = 'ivp')
{%- else -%}
        select null::integer as publicatie_nr, {{ kolommen | join(', ') }}
from {{ leeg }}
where false
    {%- endif %}
{%- endmacro %}
