-- What the newest figure is held against: baseline, benchmark (of the same period, or fixed at a year) and target. One
-- row per goal, region and kind; `teller` and `omvang` make a rate, so that counts are tested as counts.
with doelen as (
    select * from {{ ref('int_doel') }}
),

laatste as (
    select * from {{ ref('int_doel_laatste') }}
),

reeksen as (
    select * from {{ ref('int_doelreeks') }}
)

select * from {{ ref('int_doel_nulmeting') }}
union all
select
    d.doel_code, d.regio_code, 'benchmark' as tegen, d.benchmark_gebied as tegen_code,
    v.waarde, case d.maat when 'per_1000' then v.teller else v.waarde end as teller,
    case d.maat when 'per_1000' then v.noemer else 1 end as omvang,
    v.ondergrens,
    v.bovengrens,
    v.reeks,
    v.status_waarde,
    v.label as aanduiding
from doelen as d
inner join laatste as l on d.doel_code = l.doel_code and d.regio_code = l.regio_code
inner join reeksen as v
    on
        d.indicator_code = v.indicator_code
        and d.benchmark_gebied = v.regio_code
        and d.maat = v.maat
        and l.reeks = v.reeks
        and v.periode_code = case
            when d.benchmark_modus like 'vast%' then right(d.benchmark_modus, 4) || 'JJ00' else l.periode_code
        end
union all
select
    doel_code, regio_code, 'streefwaarde' as tegen, null as tegen_code,
    streven as waarde, null as teller, null as omvang, null as ondergrens, null as bovengrens,
    null as reeks, 'gepubliceerd' as status_waarde, to_char(horizon, 'DD-MM-YYYY') as aanduiding
from doelen
where vergelijking = 'streefwaarde'
