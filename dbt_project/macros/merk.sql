{#- A node of which nothing changed stays as it is (docs/decisions/0035-only-what-changed.md). A mark says what a node
    was made of: its compiled text and what it reads, as PostgreSQL knows that (`beheer.invoer`). It is kept in the
    transaction that puts the node in place. Looking back (`peilmoment`) neither asks nor keeps. -#}
{% materialization table, adapter='postgres' %}
    {%- if merk_is_gelijk(sql) -%}{{ return(merk_laat_staan('table')) }}{%- endif -%}
    {{ return(dbt.materialization_table_default()) }}
{% endmaterialization %}

{% materialization view, adapter='postgres' %}
    {%- if merk_is_gelijk(sql) -%}{{ return(merk_laat_staan('view')) }}{%- endif -%}
    {{ return(dbt.materialization_view_default()) }}
{% endmaterialization %}

{% materialization seed, adapter='postgres' %}
    {%- if merk_is_gelijk(model.checksum.checksum) -%}
        {%- do store_raw_result('agate_table', message='OK') -%}
        {{ return(merk_laat_staan('table')) }}
    {%- endif -%}
    {{ return(dbt.materialization_seed_default()) }}
{% endmaterialization %}

{#- Only a test that passed is kept: a warning is told again at every build. -#}
{% materialization test, adapter='postgres' %}
    {%- if merk_is_gelijk(sql) -%}
        {%- set goed = run_query('select 0 as failures, false as should_warn, false as should_error') -%}
        {%- do store_raw_result('main', 'PASS (unchanged)', code='SELECT', rows_affected=1, agate_table=goed) -%}
        {{ return({'relations': []}) }}
    {%- endif -%}
    {%- set gedaan = dbt.materialization_test_default() -%}
    {%- set uitslag = load_result('main').table.rows[0] -%}
    {%- set bewaar = merk_bewaar() -%}
    {%- if bewaar and not uitslag['should_warn'] and not uitslag['should_error'] -%}
        {%- do run_query(bewaar) -%}
        {%- do adapter.commit() -%}
    {%- endif -%}
    {{ return(gedaan) }}
{% endmaterialization %}

{#- Whether the node was made of the same, and stands there as it was made; keeps what was asked for `merk_bewaar`. -#}
{% macro merk_is_gelijk(tekst) -%}
    {%- if var('peilmoment', none) -%}{{ return(false) }}{%- endif -%}
    {%- set leest = [] -%}
    {%- for naam in model.get('depends_on', {}).get('nodes', []) -%}
        {%- do leest.append((graph.nodes.get(naam) or graph.sources.get(naam)).relation_name) -%}
    {%- endfor -%}
    {%- set invoer -%}
        beheer.invoer(
            $tekst${{ tekst }}$tekst$,
            array[{% for een in leest | sort %}'{{ een }}'{{ ', ' if not loop.last }}{% endfor %}]::regclass[],
            {{ config.get('materialized') == 'view' }}
        )
    {%- endset -%}
    {%- set gevonden = run_query(
        "select i.invoer, m.knoop is not null as gelijk, m.rijen from (select " ~ invoer ~ " as invoer) as i"
        ~ " left join beheer.merk as m on m.knoop = '" ~ merk_knoop() ~ "' and m.invoer = i.invoer"
        ~ " and m.relatie is not distinct from to_regclass('" ~ this ~ "')::oid"
    ).rows[0] -%}
    {%- do store_raw_result('merk', message=gevonden['invoer'], code=invoer, rows_affected=gevonden['rijen'] | int) -%}
    {{ return(gevonden['gelijk']) }}
{%- endmacro %}

{% macro merk_laat_staan(soort) -%}
    {%- set rijen = load_result('merk').response.rows_affected -%}
    {%- set tekst = ('SELECT ' ~ rijen if soort == 'table' else 'VIEW') ~ ' (unchanged)' -%}
    {%- do store_raw_result('main', message=tekst, code='SELECT', rows_affected=rijen) -%}
    {{ return({'relations': [this.incorporate(type=soort)]}) }}
{%- endmacro %}

{#- What keeps the mark, behind the node itself; nothing when it was not asked for. What changed while the node was
    being made is not known to be in it or not: no mark then. -#}
{% macro merk_bewaar() -%}
    {%- set gevraagd = load_result('merk') if execute -%}
    {%- if gevraagd -%}
        insert into beheer.merk (knoop, invoer, relatie, inhoud, rijen)
        select
            '{{ merk_knoop() }}', i.invoer, r.relatie,
            coalesce(beheer.inhoud(r.relatie), i.invoer || ' ' || r.relatie),
            {{ load_result('main').response.rows_affected or 0 }}
        from (select {{ gevraagd.response.code }} as invoer) as i
        cross join (select to_regclass('{{ this }}')::oid as relatie) as r
        where i.invoer = '{{ gevraagd.response }}'
        on conflict (knoop) do update
        set invoer = excluded.invoer, relatie = excluded.relatie, inhoud = excluded.inhoud, rijen = excluded.rijen
    {%- endif -%}
{%- endmacro %}

{#- By what a mark is found: the place of a relation, the name of a test. -#}
{% macro merk_knoop() -%}
    {{ model.unique_id if model.resource_type == 'test' else this.schema ~ '.' ~ this.identifier }}
{%- endmacro %}
