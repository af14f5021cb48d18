-- Soorten misdrijf with the title that the source gives them now.
with soorten as (
    select * from {{ ref('soort_misdrijf') }}
),

indicatoren as (
    select * from {{ ref('int_indicator') }}
    where familie = 'misdrijven'
),

bron as (
    select distinct on (code) code, titel from {{ ref('stg_codelijst') }}
    where dimensie = 'SoortMisdrijf' and dataset in ('politie_misdrijven_gemeente', 'politie_misdrijven_buurt')
    order by code asc, dataset desc
)

select
    s.soort,
    i.naam,
    b.titel as titel_bron,
    s.mk_codes,
    i.totaal,
    i.alleen_jaar,
    i.inspanningsafhankelijk,
    i.indicator_code
from soorten as s
inner join indicatoren as i on s.soort = i.soort
left join bron as b on s.soort = b.code
