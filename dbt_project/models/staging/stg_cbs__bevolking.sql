-- One row per cell of 03759ned. `Impossible` is the source's word for a region that does not exist in that year.
with cellen as (
    select * from {{ source('raw', 'cbs_bevolking_cellen') }}
)

select
    case cellen.maat when 'M000352' then '1_januari' when 'M000365' then 'gemiddeld' end as peil,
    cellen.leeftijd as leeftijd_code,
    cellen.regio as regio_code,
    cellen.jaar,
    cellen.waarde as inwoners,
    {{ status_van_kenmerk('cellen.waarde', 'cellen.kenmerk') }} as status_waarde,
    cellen.levering_van as levering_id
from cellen
where
    {{ bekend('cellen') }}
    and cellen.maat in ('M000352', 'M000365')
    and cellen.geslacht = 'T001038'
    and cellen.burgerlijke_staat = 'T001019'
