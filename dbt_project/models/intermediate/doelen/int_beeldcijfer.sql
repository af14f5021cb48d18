{{ config(indexes=[{'columns': ['regio_code', 'indicator_code']}]) }}

-- Figures for the one-page picture: the years from 2019 on and the last twelve months, of municipality and higher, once
-- whatever the themes; counts with their rate beside them.
with waarden as (
    select distinct on (w.indicator_code, w.regio_code, w.periode_code, w.reeks, w.maat) w.*
    from {{ ref('int_indicatorwaarden') }} as w
    where
        w.niveau in ('nederland', 'provincie', 'samenwerkingsgebied', 'gemeente')
        and w.periode_soort in ('jaar', 'r12m') and w.periode_code >= '2019' and w.waarde is not null
    order by w.indicator_code, w.regio_code, w.periode_code, w.reeks, w.maat
),

perioden as (
    select * from {{ ref('int_periode') }}
),

laatste as (
    select w.indicator_code, max(p.eind_index) as eind_index
    from waarden as w
    inner join perioden as p on w.periode_code = p.periode_code
    where w.periode_soort = 'r12m'
    group by w.indicator_code
)

select
    w.indicator_code, w.regio_code, w.niveau, w.periode_code, w.periode_soort, p.label, p.eind_index, w.reeks,
    max(w.maat) filter (where w.maat <> 'per_1000') as maat,
    max(w.waarde) filter (where w.maat <> 'per_1000') as waarde,
    max(w.waarde) filter (where w.maat = 'per_1000') as per_1000,
    bool_or(w.voorlopig) as voorlopig, max(w.bron) as bron, max(w.bron_soort) as bron_soort,
    max(w.levering_id) as levering_id, max(w.bijgewerkt_op) as bijgewerkt_op
from waarden as w
inner join perioden as p on w.periode_code = p.periode_code
left join laatste as l on w.indicator_code = l.indicator_code
where w.periode_soort = 'jaar' or (l.eind_index - p.eind_index) % 12 = 0
group by w.indicator_code, w.regio_code, w.niveau, w.periode_code, w.periode_soort, p.label, p.eind_index, w.reeks
