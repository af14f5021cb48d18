{{ config(materialized='view') }}

-- Cells of the tables per municipality and higher (47013NED, 47021NED) as delivered, in one shape for both families.
with misdrijven as (
    select * from {{ ref('stg_politie__misdrijven_gemeente') }}
),

overlast as (
    select * from {{ ref('stg_politie__overlast_gemeente') }}
)

select
    'misdrijven' as familie,
    'MIS-' || soort_misdrijf as indicator_code,
    regio_code,
    periode_soort,
    jaar::integer as jaar,
    jaar * 12 + periode_nr - 1 as maand_index,
    case when status_waarde in ('gepubliceerd', 'nul') then geregistreerde_misdrijven end as waarde,
    status_waarde,
    levering_id
from misdrijven
union all
select
    'overlast' as familie,
    'OVL-' || soort_overlast as indicator_code,
    regio_code,
    periode_soort,
    jaar::integer as jaar,
    jaar * 12 + periode_nr - 1 as maand_index,
    case when status_waarde in ('gepubliceerd', 'nul') then geregistreerde_overlast end as waarde,
    status_waarde,
    levering_id
from overlast
