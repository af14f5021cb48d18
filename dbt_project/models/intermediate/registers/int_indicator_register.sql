-- One row per indicator of a municipal register, as its contract says.
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
from {{ ref('int_register_indicator') }} as i
