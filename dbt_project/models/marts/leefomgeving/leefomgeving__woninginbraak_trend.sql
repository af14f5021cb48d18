-- Burglary in dwellings per month, beside the month a year before and the rolling year.
with maanden as (
    select * from {{ ref('int_cijfer_vergelijking') }}
    where indicator_code = 'MIS-1.1.1' and periode_soort = 'maand'
),

r12m as (
    select * from {{ ref('int_cijfer') }}
    where indicator_code = 'MIS-1.1.1' and periode_soort = 'r12m'
)

select
    m.regio_code, m.niveau, m.periode_code,
    m.eind_index / 12 as jaar,
    m.eind_index % 12 + 1 as maand,
    m.eind_index % 12 + 1 in (10, 11, 12, 1, 2, 3) as donkere_dagen,
    m.teller as aantal,
    m.teller_vorig_jaar as aantal_vorig_jaar,
    m.verschil,
    m.verschil_pct,
    r.teller as aantal_r12m,
    case when m.niveau not in ('wijk', 'buurt') then {{ per_1000('r') }} end as per_1000_r12m,
    m.status_waarde,
    case
        when r.status_waarde is not null then r.status_waarde
        when m.niveau in ('wijk', 'buurt') then 'niet_gepubliceerd_op_niveau'
        else 'nog_niet_beschikbaar'
    end as status_r12m,
    m.voorlopig, m.bron, m.bron_soort, m.levering_id, m.bijgewerkt_op
from maanden as m
left join r12m as r on m.regio_code = r.regio_code and m.eind_index = r.eind_index
