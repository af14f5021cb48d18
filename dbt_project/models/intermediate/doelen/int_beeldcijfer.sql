{{ config(indexes=[{'columns': ['regio_code', 'indicator_code']}]) }}

-- Figures for the one-page picture: years from 2019 on and the last twelve months, of municipality and higher, as in
-- the theme that an indicator belongs to; counts with their rate beside them. Rates per 10,000 of an age group are not.
with perioden as (
    select * from {{ ref('int_periode') }}
),

waarden as (
    select
        w.indicator_code, w.regio_code, w.niveau, w.periode_code, w.periode_soort, p.label, p.eind_index, w.reeks,
        w.maat, w.waarde, w.voorlopig, w.bron, w.bron_soort, w.levering_id, w.bijgewerkt_op
    from {{ ref('int_indicatorwaarden') }} as w
    inner join {{ ref('int_indicator_thema') }} as t
        on w.indicator_code = t.indicator_code and w.thema = t.thema and t.rol <> 'mede'
    inner join perioden as p on w.periode_code = p.periode_code
    where
        w.niveau in ('nederland', 'provincie', 'samenwerkingsgebied', 'gemeente')
        and w.periode_soort in ('jaar', 'r12m') and w.periode_code >= '2019' and w.waarde is not null
        and w.maat <> 'per_10000'
),

laatste as (
    select indicator_code, max(eind_index) as eind_index
    from waarden
    where periode_soort = 'r12m'
    group by indicator_code
)

select
    w.indicator_code, w.regio_code, w.niveau, w.periode_code, w.periode_soort, w.label, w.eind_index, w.reeks,
    max(w.maat) filter (where w.maat <> 'per_1000') as maat,
    max(w.waarde) filter (where w.maat <> 'per_1000') as waarde,
    max(w.waarde) filter (where w.maat = 'per_1000') as per_1000,
    bool_or(w.voorlopig) as voorlopig, max(w.bron) as bron, max(w.bron_soort) as bron_soort,
    max(w.levering_id) as levering_id, max(w.bijgewerkt_op) as bijgewerkt_op
from waarden as w
left join laatste as l on w.indicator_code = l.indicator_code
where w.periode_soort = 'jaar' or (l.eind_index - w.eind_index) % 12 = 0
group by w.indicator_code, w.regio_code, w.niveau, w.periode_code, w.periode_soort, w.label, w.eind_index, w.reeks
