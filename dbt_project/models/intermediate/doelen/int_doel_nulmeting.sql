{{ config(materialized='view') }}

-- The baseline of every goal that has one: a mean over years, or the year that it names. `teller` and `omvang` make a
-- rate, so that counts are tested as counts; `minste` and `meeste` are the ends of a count that is hidden, or shown as
-- a range.
with doelen as (
    select * from {{ ref('int_doel') }}
),

reeksen as (
    select * from {{ ref('int_doelreeks') }}
)

select
    d.doel_code, d.regio_code, 'nulmeting' as tegen, null as tegen_code,
    g.naar_dagen as waarde,
    g.teller, g.minste, g.meeste, g.omvang,
    null::double precision as ondergrens,
    null::double precision as bovengrens,
    g.reeks, g.status_waarde,
    to_char(n.van, 'YYYY') || ' t/m '
    || to_char(n.tot, case d.nulmeting_variant when 'hele_jaren' then 'YYYY' else 'DD-MM-YYYY' end) as aanduiding
from doelen as d
inner join {{ ref('int_doel_gemiddelde') }} as g
    on d.indicator_code = g.indicator_code
        and d.regio_code = g.regio_code
        and d.maat = g.maat
        and d.nulmeting = g.nulmeting
inner join {{ ref('nulmeting_periode') }} as n on d.nulmeting = n.nulmeting
union all
select
    d.doel_code, d.regio_code, 'nulmeting' as tegen, null as tegen_code,
    v.waarde, case d.maat when 'per_1000' then v.teller else v.waarde end as teller, v.minste, v.meeste,
    case d.maat when 'per_1000' then v.noemer else 1 end as omvang,
    v.ondergrens,
    v.bovengrens,
    v.reeks,
    v.status_waarde,
    d.nulmeting_jaar::text as aanduiding
from doelen as d
inner join reeksen as v
    on
        d.indicator_code = v.indicator_code and d.regio_code = v.regio_code and d.maat = v.maat
        and v.periode_soort = 'jaar' and extract(year from v.begin_datum) = d.nulmeting_jaar
        and (d.reeks is null or d.reeks = v.reeks)
where d.nulmeting in ('jaar', 'r12m')
