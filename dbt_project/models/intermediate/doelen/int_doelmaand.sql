{{ config(materialized='view') }}

-- Monthly counts of the goals' indicators that can be compared with the present: what dispersion and projection
-- are computed from.
select
    indicator_code,
    regio_code,
    extract(year from begin_datum)::integer * 12 + extract(month from begin_datum)::integer - 1 as maand_index,
    waarde
from {{ ref('int_doelreeks') }}
where periode_soort = 'maand' and maat = 'aantal' and status_waarde in ('gepubliceerd', 'nul')
