{{ config(materialized='view') }}

-- Basisteams and districten that hold a municipality which the sources know. A district lies in a province when all
-- of its municipalities do.
with leden as (
    select * from {{ ref('basisteam_gemeente') }}
),

werkgebied as (
    select * from {{ ref('int_werkgebied') }}
),

codes as (
    select regio_code from {{ ref('int_regio_code') }}
),

gebieden as (
    select
        g.regio_code, g.naam, g.niveau, g.ouder_code, leden.eenheid_code, w.provincie_code, codes.regio_code as bekend
    from leden
    inner join werkgebied as w on leden.gemeente_code = w.gemeente_code
    left join codes on leden.gemeente_code = codes.regio_code
    cross join lateral (
        values
        (leden.basisteam_code, leden.basisteam_naam || ' (BT)', 'basisteam', leden.district_code),
        (leden.district_code, leden.district_naam || ' (PD)', 'politiedistrict', leden.eenheid_code)
    ) as g (regio_code, naam, niveau, ouder_code)
)

select
    regio_code,
    niveau,
    max(naam) as naam,
    max(ouder_code) as ouder_code,
    max(eenheid_code) as regionale_eenheid_code,
    case when count(distinct provincie_code) = 1 then max(provincie_code) end as provincie_code
from gebieden
group by regio_code, niveau
having count(bekend) > 0
