-- Registered cybercrime and fraud with the reports behind them, per month and year, municipality and higher. Reports
-- are brought up to date per quarter; the neighbourhood tables have none.
with cijfers as (
    select * from {{ ref('int_cijfer') }}
    where
        indicator_code in ('MIS-3.7.4', 'MIS-3.9.1', 'MIS-3.9.3')
        and periode_soort in ('maand', 'jaar')
        and niveau not in ('wijk', 'buurt', 'samenwerkingsgebied')
),

aangiften as (
    select * from {{ ref('stg_politie__misdrijven_gemeente') }}
    where soort_misdrijf in ('3.7.4', '3.9.1', '3.9.3') and periode_soort in ('MM', 'JJ')
)

select
    c.indicator_code, c.regio_code, c.niveau, c.periode_code, c.periode_soort,
    c.teller as misdrijven,
    a.aangiften,
    a.internetaangiften,
    100.0::double precision * a.internetaangiften / nullif(a.aangiften, 0) as aandeel_internet_pct,
    case when c.niveau not in ('wijk', 'buurt') then {{ per_1000('c') }} end as per_1000,
    c.status_waarde,
    case
        when a.aangiften is null then 'nog_niet_beschikbaar' when a.aangiften = 0 then 'nul' else 'gepubliceerd'
    end as status_aangiften,
    c.reeks, c.voorlopig, c.bron, c.bron_soort, c.levering_id, c.bijgewerkt_op
from cijfers as c
left join aangiften as a
    on
        substring(c.indicator_code from 5) = a.soort_misdrijf
        and c.regio_code = a.regio_code
        and c.periode_code = a.periode_code
