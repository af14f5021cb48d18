{{ config(materialized='view') }}

-- Figures of the one-page picture that were published before and are another now, or none.
with vorige as (
    select * from {{ ref('int_beeldcijfers_bewaard') }}
    where publicatie_nr = (select max(p.publicatie_nr) from {{ ref('int_doelen_vorige') }} as p)
)

select
    v.indicator_code, v.regio_code, v.periode_code, v.reeks, v.maat,
    case when n.waarde is null then 'cijfer vervallen' else 'cijfer herzien door de bron' end as reden,
    v.waarde as waarde_was, n.waarde as waarde_is, coalesce(n.levering_id, v.levering_id) as levering_id
from vorige as v
left join {{ ref('int_beeldcijfer') }} as n
    on
        v.indicator_code = n.indicator_code and v.regio_code = n.regio_code
        and v.periode_code = n.periode_code and v.reeks = n.reeks
where n.waarde is null or abs(n.waarde - v.waarde) > 1e-9 * abs(v.waarde)
