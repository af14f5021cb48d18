{{ config(materialized='view') }}

-- The goals of the newest publication that says something else than the figures now: to build or publish the same
-- again does not wipe out what changed.
with bewaard as (
    select * from {{ ref('int_doelen_bewaard') }}
),

nu as (
    select {{ doel_afdruk() }} as afdruk from {{ ref('int_doelen') }}
),

afdrukken as (
    select publicatie_nr, {{ doel_afdruk() }} as afdruk from bewaard
    group by publicatie_nr
)

select bewaard.*
from bewaard
where
    bewaard.publicatie_nr = (
        select max(a.publicatie_nr)
        from afdrukken as a
        cross join nu
        where a.afdruk <> nu.afdruk
    )
