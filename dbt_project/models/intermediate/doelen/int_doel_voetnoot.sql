{{ config(materialized='view') }}

-- Footnotes of the plans per region: those of a municipality also hold for the areas that it is part of.
with noten as (
    select * from {{ ref('voetnoot') }}
),

leden as (
    select gebied_code as regio_code, gemeente_code from {{ ref('gebied_gemeente') }}
    where geldig_tot is null
    union
    select gemeente_code as regio_code, gemeente_code from {{ ref('gebied_gemeente') }}
    where geldig_tot is null
)

select distinct v.voetnoot_code, v.teken, v.soort, v.indicator_code, l.regio_code, v.van, v.tot, v.tekst
from noten as v
inner join leden as l on v.gemeente_code is null or v.gemeente_code = l.gemeente_code
