{{ config(materialized='view') }}

-- Regions of the work area for which a dataset per municipality has figures; the country also has them in the
-- dataset per neighbourhood (NL00).
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
    where werkgebied and not restcategorie
)

select distinct d.familie, r.regio_code, r.niveau
from codes as c
inner join datasets as d on c.dataset = d.dataset
inner join regios as r on case c.code when 'NL00' then 'NL01' else c.code end = r.regio_code
where d.schaal = 'gemeente' or r.niveau = 'nederland'
