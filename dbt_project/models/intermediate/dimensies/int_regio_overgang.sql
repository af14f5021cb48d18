-- Municipalities that ended, parsed from the descriptions of the regions in 03759ned:
--     Opgeheven per 01-01-2019, overgegaan naar:
--     - Nieuwe gemeente (GM9999),
--     ... 10 hectare met 9 woningen en 8 inwoners
-- The weight is the share of the inhabitants; a code that only got another name passes on whole.
with codes as (
    select code, omschrijving from {{ ref('stg_codelijst') }}
    where dataset = 'cbs_bevolking' and dimensie = 'RegioS' and code like 'GM%'
),

regels as (
    select c.code, r.nr, trim(r.tekst) as tekst
    from codes as c
    cross join lateral regexp_split_to_table(c.omschrijving, E'[\r\n]+') with ordinality as r (tekst, nr)
),

blokken as (
    select
        *,
        lead(tekst) over (partition by code order by nr) as volgende,
        count(*) filter (where tekst ~ ' per \d\d-\d\d-\d{4}') over (partition by code order by nr) as blok
    from regels
),

koppen as (
    select *, first_value(tekst) over (partition by code, blok order by nr) as kop from blokken
),

overgangen as (
    select
        code as van_code,
        substring(tekst from '\((GM\d{4})\)') as naar_code,
        to_date(substring(kop from '\d\d-\d\d-\d{4}'), 'DD-MM-YYYY') as datum,
        case when kop like 'Opgeheven per%' then 'opheffing' else 'naamswijziging' end as soort,
        case when volgende like '...%' then substring(volgende from '(\d+) inwoner')::integer end as inwoners,
        case when volgende like '...%' then substring(volgende from '(\d+) woning')::integer end as woningen,
        case when volgende like '...%' then substring(volgende from '(\d+) hectare')::integer end as hectare
    from koppen
    where
        (kop like 'Opgeheven per%overgegaan naar:' and tekst like '- %')
        or (kop like 'Naamswijziging per%' and tekst like 'nieuwe naam:%')
)

select
    *,
    case
        when sum(inwoners) over per_opheffing > 0 then inwoners::double precision / sum(inwoners) over per_opheffing
        else 1.0::double precision / count(*) over per_opheffing
    end as gewicht
from overgangen
where naar_code is not null and naar_code <> van_code
window per_opheffing as (partition by van_code, datum)
