{{ config(materialized='view') }}

-- One row per region code of any code list, with what the code itself and the lists say about it. Districts and
-- neighbourhoods are kept for the municipalities of the work area; their municipality follows from the code.
with codes as (
    select
        c.code,
        c.titel,
        row_number() over (
            partition by case c.code when 'NL00' then 'NL01' else c.code end
            order by
                c.dataset = 'cbs_bevolking' asc, c.dataset like 'vm%' asc, c.dimensie asc, c.dataset desc, c.code desc
        ) as voorrang,
        max(case when c.dataset = 'cbs_bevolking' then c.extra ->> 'DimensionGroupId' end)
            over (partition by c.code) as cbs_groep,
        max(case when c.dataset = 'cbs_bevolking' then c.omschrijving end)
            over (partition by c.code) as historie
    from {{ ref('stg_codelijst') }} as c
    where c.dimensie in ('RegioS', 'WijkenEnBuurten') and c.code ~ '^(NL|LD|PV|RE|GM|WK|BU)'
),

leden as (
    select distinct gemeente_code from {{ ref('gebied_gemeente') }}
),

overgangen as (
    select van_code, min(datum) as datum from {{ ref('int_regio_overgang') }}
    group by van_code
),

uitgesplitst as (
    select
        case code when 'NL00' then 'NL01' else code end as regio_code,
        titel as naam,
        case left(code, 2)
            when 'NL' then 'nederland'
            when 'LD' then 'landsdeel'
            when 'PV' then 'provincie'
            when 'RE' then 'regionale_eenheid'
            when 'GM' then 'gemeente'
            when 'WK' then 'wijk'
            else 'buurt'
        end as niveau,
        case when left(code, 2) in ('GM', 'WK', 'BU') then 'GM' || substring(code from 3 for 4) end as gemeente_code,
        case when left(code, 2) in ('WK', 'BU') then 'WK' || substring(code from 3 for 6) end as wijk_code,
        'PV' || substring(cbs_groep from '^GMPV(\d\d)$') as provincie_code,
        to_date(substring(historie from 'Begindatum (\d\d-\d\d-\d{4})'), 'DD-MM-YYYY') as geldig_van,
        code ~ '^((LD|PV|RE)99|GM099[89]|GM0000)$' as restcategorie
    from codes
    where voorrang = 1
)

select u.*, o.datum as geldig_tot
from uitgesplitst as u
left join overgangen as o on u.regio_code = o.van_code
left join leden as l on u.gemeente_code = l.gemeente_code
where u.niveau not in ('wijk', 'buurt') or l.gemeente_code is not null
