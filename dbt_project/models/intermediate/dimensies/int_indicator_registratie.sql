-- One row per indicator of the police: what it counts, where it is shown and how it may be read. Names never come from
-- the live titles, which drift; a test compares the two.
with kenmerken as (
    select * from {{ ref('indicator_kenmerk') }}
),

soorten as (
    select 'misdrijven' as familie, soort, titel, mk_codes, null as omschrijving, mart_prim, mart_ook, inspanning
    from {{ ref('soort_misdrijf') }}
    union all
    select 'overlast' as familie, soort, titel, null as mk_codes, omschrijving, mart_prim, mart_ook, 0 as inspanning
    from {{ ref('soort_overlast') }}
),

datasets as (
    select * from {{ ref('int_dataset') }}
)

select
    k.indicator_code,
    k.familie,
    k.soort,
    coalesce(k.naam_afwijkend, s.titel) as naam,
    case k.familie
        when 'misdrijven'
            then
                'Door de politie geregistreerde misdrijven, pogingen meegeteld, '
                || case when k.soort = '0.0.0' then 'alle soorten samen.' else 'soort ' || k.soort || '.' end
                || coalesce(' BVH-klassen: ' || replace(s.mk_codes, ',', ', ') || '.', '')
        else 'Door de politie geregistreerde overlast. ' || s.omschrijving
    end as definitie,
    k.soort = '0.0.0' as totaal,
    'geregistreerde gevallen' as eenheid,
    k.alleen_jaar,
    k.jeugd,
    k.leeftijdsgroep,
    k.ruimtelijk_principe,
    k.richting,
    s.inspanning = 1 as inspanningsafhankelijk,
    k.veiligheidsthema as vng_thema,
    k.caveat,
    'beheerder open data (Politie)' as eigenaar,
    s.mart_prim,
    s.mart_ook,
    gemeente.tabel as tabel_gemeente,
    buurt.tabel as tabel_buurt,
    null::integer as afronding
from kenmerken as k
inner join soorten as s on k.familie = s.familie and k.soort = s.soort
inner join datasets as gemeente on k.familie = gemeente.familie and gemeente.schaal = 'gemeente'
inner join datasets as buurt on k.familie = buurt.familie and buurt.schaal = 'buurt'
