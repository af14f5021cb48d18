-- One row per cell of 03759ned. `Impossible` is the source's word for a region that does not exist in that year.
with cellen as (
    select * from {{ source('raw', 'cbs_bevolking_cellen') }}
),

koppeling as (
    select * from {{ ref('stg_koppeling') }}
    where dataset = 'cbs_bevolking' and dimensie = 'Measure'
)

select
    koppeling.betekenis as peil,
    cellen.leeftijd as leeftijd_code,
    cellen.regio as regio_code,
    cellen.jaar,
    koppeling.schaal * cellen.waarde as inwoners,
    {{ status_van_kenmerk('cellen.waarde', 'cellen.kenmerk') }} as status_waarde,
    cellen.levering_van as levering_id
from cellen
inner join koppeling on cellen.maat = koppeling.code
where
    {{ bekend('cellen') }}
    and cellen.geslacht = 'T001038'
    and cellen.burgerlijke_staat = 'T001019'
