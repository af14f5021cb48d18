{{ config(materialized='view') }}

-- The goals of the newest publication up to the present one that says something else than the figures now: to build
-- or publish the same again does not wipe out what changed.
{%- set publicaties = adapter.get_relation(database=target.database, schema='publicatie', identifier='ivp__doelen')
    if execute and not var('peilmoment', none) %}
with nu as (
    select * from {{ ref('int_doelen') }}
),

bewaard as (
    {% if publicaties -%}
        select * from {{ publicaties }}
        where publicatie_nr <= (select a.publicatie_nr from beheer.publicatie_actueel as a where a.thema = 'ivp')
    {%- else -%}
        select nu.*, null::integer as publicatie_nr
        from nu
        where false
    {%- endif %}
),

afdrukken as (
    select publicatie_nr, {{ doel_afdruk() }} as afdruk from bewaard
    group by publicatie_nr
)

select
    doel_code, regio_code, plan_code, doel, regel, indicator_code, streefwaarde, horizon, status, zin, waarde,
    periode_code, nulmeting
from bewaard
where
    publicatie_nr = (
        select max(a.publicatie_nr) from afdrukken as a
        where a.afdruk <> (select {{ doel_afdruk() }} from nu)
    )
