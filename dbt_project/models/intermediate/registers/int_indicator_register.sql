-- One row per indicator of a municipal register, as its contract says; of a programme or a place only where the region
-- has it.
with indicatoren as (
    select * from {{ ref('register_indicator') }}
),

regiowaarden as (
    select programma_code as code from {{ ref('programma') }}
    union
    select locatie_code as code from {{ ref('locatie') }}
)

select
    i.indicator_code,
    'register' as familie,
    i.indicator_code as soort,
    i.naam,
    i.definitie,
    false as totaal,
    i.eenheid_naam as eenheid,
    i.frequentie = 'jaar' as alleen_jaar,
    i.jeugd,
    i.leeftijdsgroep,
    i.ruimtelijk_principe,
    i.richting,
    i.inspanningsafhankelijk,
    i.veiligheidsthema as vng_thema,
    i.caveat,
    i.eigenaar,
    i.mart_prim,
    i.mart_ook,
    i.register as tabel_gemeente,
    case when i.wijk_en_buurt then i.register end as tabel_buurt,
    null::integer as afronding
from indicatoren as i
left join regiowaarden as r on i.regiowaarde = r.code
where i.regiowaarde is null or r.code is not null
