-- Partnerships of municipalities that the sources know. One lies in a province or police unit when all of its
-- municipalities do.
with leden as (
    select * from {{ ref('gebied_gemeente') }}
    where gebied_soort = 'samenwerkingsgebied'
),

werkgebied as (
    select * from {{ ref('int_werkgebied') }}
),

codes as (
    select regio_code from {{ ref('int_regio_code') }}
)

select
    l.gebied_code as regio_code,
    max(l.gebied_naam) as naam,
    count(*) filter (where l.geldig_tot is null)::integer as aantal_leden,
    case when count(distinct w.provincie_code) = 1 then max(w.provincie_code) end as provincie_code,
    case when count(distinct w.regionale_eenheid_code) = 1 then max(w.regionale_eenheid_code) end
        as regionale_eenheid_code
from leden as l
inner join werkgebied as w on l.gemeente_code = w.gemeente_code
left join codes as c on l.gemeente_code = c.regio_code
group by l.gebied_code
having count(c.regio_code) > 0
