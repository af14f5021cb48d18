{{ config(materialized='view') }}

-- Basisteams and districten of a source outside the work area: they keep the source's own code and title.
select
    code as regio_code,
    case left(code, 2) when 'BT' then 'basisteam' else 'politiedistrict' end as niveau,
    max(pad) as naam
from {{ ref('stg_koppeling') }}
where betekenis = code and code ~ '^(BT|PD)'
group by code
