-- Registered crime as CBS counts it: one heaviest offence per incident, rounded to 5. A series of its own, never to be
-- added to or continued with the police figures.
with cijfers as (
    select * from {{ ref('stg_cbs__criminaliteit') }}
),

titels as (
    select code, titel from {{ ref('stg_codelijst') }}
    where dataset = 'cbs_criminaliteit' and dimensie = 'SoortMisdrijf'
),

regios as (
    select * from {{ ref('int_regio') }}
    where (werkgebied or niveau = 'gemeente') and not restcategorie
),

leveringen as (
    select * from {{ ref('int_levering') }}
),

voorlopige_jaren as (
    select jaar from {{ ref('int_voorlopig') }}
    where dataset = 'cbs_criminaliteit' and heel_jaar
)

select
    c.soort_misdrijf as soort_cbs,
    t.titel as naam_cbs,
    c.regio_code,
    r.niveau,
    c.jaar || 'JJ00' as periode_code,
    c.jaar::integer as jaar,
    case when c.status_waarde in ('gepubliceerd', 'nul') then c.totaal_misdrijven end as aantal,
    c.misdrijven_per_1000 as per_1000,
    c.misdrijven_relatief as aandeel_pct,
    c.totaal_opgehelderd as opgehelderd,
    c.opgehelderd_relatief as opgehelderd_pct,
    c.verdachten,
    c.status_waarde,
    c.totaal_misdrijven is not null and v.jaar is not null as voorlopig,
    l.tabel as bron,
    l.bron_soort,
    c.levering_id,
    l.verwerkt_op as bijgewerkt_op
from cijfers as c
inner join regios as r on c.regio_code = r.regio_code
inner join leveringen as l on c.levering_id = l.levering_id
left join titels as t on c.soort_misdrijf = t.code
left join voorlopige_jaren as v on c.jaar = v.jaar
