{{ config(materialized='view') }}

-- The chosen monthly cells for municipality and higher. The Netherlands, per indicator: the table per municipality
-- when it has months for the country (NL01), else the table per neighbourhood (NL00). Never both in one series.
with gemeente as (
    select * from {{ ref('int_cel_gemeente') }}
    where periode_soort = 'MM'
),

buurt as (
    select * from {{ ref('int_cel_buurt') }}
    where periode_soort = 'MM' and regio_code = 'NL00'
),

landelijk_in_gemeente as (
    select distinct indicator_code from gemeente
    where regio_code = 'NL01'
)

select indicator_code, regio_code, maand_index, waarde, status_waarde, levering_id
from gemeente
union all
select b.indicator_code, 'NL01' as regio_code, b.maand_index, b.waarde, b.status_waarde, b.levering_id
from buurt as b
left join landelijk_in_gemeente as l on b.indicator_code = l.indicator_code
where l.indicator_code is null
