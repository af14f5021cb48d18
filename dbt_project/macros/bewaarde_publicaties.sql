{#- Rows of a table of `ivp` in every publication that is kept, up to the one that readers see; none before the first
    one, and none when looking back: `leeg` then gives the columns. In a home of an earlier version that published
    nothing since, every publication has rows of its own. -#}
{% macro bewaarde_publicaties(tabel, kolommen, leeg) -%}
    {%- if execute and not var('peilmoment', none) %}
        {%- set bron = namespace(gedeeld=none, eigen=none) %}
        {%- set bron.gedeeld = bewaard('ivp__' ~ tabel ~ '__rij') %}
        {%- set bron.eigen = bewaard('ivp__' ~ tabel) %}
    {%- endif %}
    {%- set actueel = "(select a.publicatie_nr from beheer.publicatie_actueel as a where a.thema = 'ivp')" %}
    {%- if bron and bron.gedeeld -%}
select k.publicatie_nr, r.{{ kolommen | join(', r.') }}
from {{ bewaard('ivp__publicatie') }} as k
inner join {{ bron.gedeeld }} as r on k.publicatie_nr >= r.vanaf_nr and k.publicatie_nr < r.tot_nr
where k.publicatie_nr <= {{ actueel }}
    {%- elif bron and bron.eigen -%}
select publicatie_nr, {{ kolommen | join(', ') }}
from {{ bron.eigen }}
where publicatie_nr <= {{ actueel }}
    {%- else -%}
        select null::integer as publicatie_nr, {{ kolommen | join(', ') }}
from {{ leeg }}
where false
    {%- endif %}
{%- endmacro %}

{% macro bewaard(naam) -%}
    {{ return(adapter.get_relation(database=target.database, schema='publicatie', identifier=naam)) }}
{%- endmacro %}
