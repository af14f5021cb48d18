-- Population of all levels. Aggregates: as the source has them, else the sum of their parts; police units that are
-- made of whole provinces and partnerships are always such a sum. No part missing, or no figure.
with gemeenten as (
    select * from {{ ref('int_bevolking_gemeente') }}
),

bron as (
    select peil, regio_code, jaar, leeftijdsgroep, inwoners, status_waarde, false as herrekend, levering_id
    from {{ ref('int_bevolking_groep') }}
    where regio_code ~ '^(NL|LD|PV)'
),

leden as (
    select gebied_code as geheel_code, gemeente_code as deel_code, count(*) over (partition by gebied_code) as verwacht
    from {{ ref('gebied_gemeente') }}
    where gebied_soort in ('provincie', 'samenwerkingsgebied') and geldig_tot is null
),

uit_gemeenten as ({{ som_over_delen('gemeenten', 'leden') }}),

provincies as (
    select * from bron
    where regio_code like 'PV%' and inwoners is not null
    union all
    select u.* from uit_gemeenten as u
    where
        u.regio_code like 'PV%'
        and not exists (
            select 1 from bron as b
            where
                b.inwoners is not null and b.regio_code = u.regio_code and b.jaar = u.jaar and b.peil = u.peil
                and b.leeftijdsgroep = u.leeftijdsgroep
        )
),

samenstelling as (
    select geheel_code, deel_code, count(*) over (partition by geheel_code) as verwacht
    from {{ ref('regio_samenstelling') }}
),

uit_provincies as ({{ som_over_delen('provincies', 'samenstelling') }}),

alles as (
    select *, 1 as voorrang from gemeenten
    union all
    select *, 1 as voorrang from bron
    union all
    select *, 2 as voorrang from uit_gemeenten
    union all
    select *, 2 as voorrang from uit_provincies
)

select distinct on (peil, regio_code, jaar, leeftijdsgroep)
    peil, regio_code, jaar, leeftijdsgroep, inwoners, status_waarde, herrekend, levering_id
from alles
order by peil, regio_code, jaar, leeftijdsgroep, inwoners is null, voorrang
