{{ config(materialized='view') }}

-- Rows of `indicatorwaarden` from the suspects of CBS: the count and the rate per 10,000 inhabitants of that age. The
-- bounds say what rounding leaves open, and nothing of chance; a rate of the source itself has none.
with cijfers as (
    select t.thema, i.indicator_code, c.*
    from {{ ref('int_verdachten') }} as c
    inner join {{ ref('verdachten_indicator') }} as i on c.soort = i.soort and c.leeftijdsgroep = i.leeftijdsgroep
    inner join {{ ref('int_indicator_thema') }} as t on i.indicator_code = t.indicator_code
),

maten as (
    select
        c.*, m.maat,
        case m.maat when 'aantal' then c.aantal::double precision else c.per_10000 end as waarde,
        case m.maat when 'aantal' then c.status_waarde else c.status_per_10000 end as status,
        case
            when m.maat = 'aantal' then 1.0::double precision
            when c.per_10000 is not null then 10000.0::double precision / c.noemer
        end as factor
    from cijfers as c
    cross join (values ('aantal'), ('per_10000')) as m (maat)
)

select
    thema, indicator_code, regio_code, niveau, periode_code, 'jaar' as periode_soort, maat,
    waarde,
    case when factor is not null then aantal end as teller,
    case when maat = 'per_10000' then noemer end as noemer,
    aantal_ondergrens * factor as ondergrens,
    aantal_bovengrens * factor as bovengrens,
    case when waarde is not null and factor is not null then 'afronding' end as methode,
    case when maat = 'aantal' or waarde is not null then aantal end as n,
    status as status_waarde,
    voorlopig,
    bron,
    bron_soort,
    'doorlopend' as reeks,
    levering_id,
    bijgewerkt_op
from maten
