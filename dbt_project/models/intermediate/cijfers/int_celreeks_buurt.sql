{{ config(materialized='view') }}

-- Cells of the tables per district and neighbourhood as the source has them side by side: a row per series and year.
-- What the source does not publish here is not known, whatever stands in its cells.
with geleverd as (
    select
        'misdrijven' as familie, 'MIS-' || soort_misdrijf as indicator_code, regio_code, periode_soort, jaar, aanwezig,
        geregistreerde_misdrijven as waarden, levering_id
    from {{ ref('stg_politie__misdrijven_buurt_reeks') }}
    union all
    select
        'overlast' as familie, 'OVL-' || soort_overlast as indicator_code, regio_code, periode_soort, jaar, aanwezig,
        geregistreerde_overlast as waarden, levering_id
    from {{ ref('stg_politie__overlast_buurt_reeks') }}
),

verborgen as (
    select indicator_code from {{ ref('int_indicator') }}
    where alleen_jaar
)

select
    familie, indicator_code, regio_code, periode_soort, jaar, aanwezig,
    case
        when indicator_code in (select v.indicator_code from verborgen as v) then 0
        else aanwezig & ({{ bekende_maanden('waarden') }})
    end as bekend,
    waarden,
    levering_id
from geleverd
where aanwezig <> 0
