{{ config(materialized='view') }}

-- Rows of `indicatorwaarden` from tables that are measured by their contract: the figure in its unit and, where the
-- source gives it, the rate per so many inhabitants. The bounds say what rounding leaves open, and nothing of chance; a
-- rate of the source itself has none.
with cijfers as (
    select
        t.thema, i.indicator_code, r.eenheid, r.per, r.afronding, r.eenheid = 'aantal' as telling, s.reeks, c.*
    from {{ ref('int_kubus') }} as c
    inner join {{ ref('int_kubus_reeks') }} as r on c.dataset = r.dataset and c.soort = r.soort
    inner join {{ ref('int_indicator_kubus') }} as i
        on c.dataset = i.dataset and c.soort = i.soort and c.leeftijdsgroep = i.leeftijdsgroep
    inner join {{ ref('int_indicator_thema') }} as t on i.indicator_code = t.indicator_code
    inner join {{ ref('int_reeks') }} as s
        on i.indicator_code = s.indicator_code and c.jaar * 12 >= s.van_index and c.jaar * 12 < s.tot_index
),

maten as (
    select
        c.*,
        m.eigen,
        case when m.eigen then c.eenheid else 'per_' || c.per end as maat,
        case when m.eigen then c.waarde else c.relatief end as cijfer,
        case when m.eigen then c.status_waarde else c.status_relatief end as status,
        case
            when m.eigen then 1.0::double precision
            when c.relatief is not null then c.per::double precision / c.noemer
        end as factor
    from cijfers as c
    inner join (values (true), (false)) as m (eigen) on m.eigen or c.per is not null
)

select
    thema, indicator_code, regio_code, niveau, periode_code, 'jaar' as periode_soort, maat,
    cijfer as waarde,
    case when telling and factor is not null then waarde::integer end as teller,
    case when not eigen then noemer end as noemer,
    ondergrens * factor as ondergrens,
    bovengrens * factor as bovengrens,
    case when afronding is not null and cijfer is not null and factor is not null then 'afronding' end as methode,
    case when telling and (eigen or cijfer is not null) then waarde::integer end as n,
    status as status_waarde,
    voorlopig,
    bron,
    bron_soort,
    reeks,
    levering_id,
    bijgewerkt_op
from maten
