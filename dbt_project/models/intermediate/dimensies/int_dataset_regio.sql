{{ config(materialized='view') }}

-- Regions for which a dataset per municipality has figures: those of the work area, and municipalities of elsewhere
-- that were fetched to compare with (`gemeenten: land`). The country also has them in the dataset per neighbourhood
-- (NL00).
with codes as (
    select dataset, code, dimensie from {{ ref('stg_codelijst') }}
    where dimensie in ('RegioS', 'WijkenEnBuurten')
),

datasets as (
    select * from {{ ref('int_dataset') }}
    where familie in ('misdrijven', 'overlast')
),

regios as (
    select * from {{ ref('int_regio') }}
    where not restcategorie
),

opgehaald as (
    select distinct familie, regio_code from {{ ref('int_cel_gemeente') }}
    where regio_code like 'GM%' and indicator_code like '%-0.0.0'
)

select distinct d.familie, r.regio_code, r.niveau
from codes as c
inner join datasets as d on c.dataset = d.dataset
inner join regios as r on case c.code when 'NL00' then 'NL01' else c.code end = r.regio_code
where
    (d.schaal = 'gemeente' or r.niveau = 'nederland')
    and (r.werkgebied or (d.familie, r.regio_code) in (select o.familie, o.regio_code from opgehaald as o))
