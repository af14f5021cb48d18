{{ config(materialized='view') }}

-- The goals of every publication that is kept, up to the one that readers see. None before the first publication.
{%- set publicaties = adapter.get_relation(database=target.database, schema='publicatie', identifier='ivp__doelen')
    if execute and not var('peilmoment', none) %}
{%- set kolommen %}
    doel_code, regio_code, plan_code, doel, regel, indicator_code, streefwaarde, horizon, status, zin, waarde,
    periode_code, nulmeting
{%- endset %}
{% if publicaties -%}
    select publicatie_nr, {{ kolommen }}
    from {{ publicaties }}
    where publicatie_nr <= (select a.publicatie_nr from beheer.publicatie_actueel as a where a.thema = 'ivp')
{%- else -%}
    select null::integer as publicatie_nr, {{ kolommen }}
    from {{ ref('int_doelen') }}
    where false
{%- endif %}
