{{ config(materialized='view') }}

-- Rows of `indicatorwaarden` from municipal registers: the figure in its unit and, for counts over a year of
-- municipality and higher, the rate per 1,000 inhabitants. Counts of events have the bounds of a Poisson variable
-- (Byar), shares of cases those of a proportion (Wilson), totals of which some municipalities are hidden the least and
-- the most that they can be; what is no sample of anything, such as a stock, has none.
with cijfers as (
    select c.*, n.inwoners, {{ status_van_noemer('n') }} as status_noemer
    from {{ ref('int_register_cijfer') }} as c
    left join {{ ref('int_noemer') }} as n on c.regio_code = n.regio_code and c.eind_index / 12 = n.jaar
),

maten as (
    select
        t.thema, c.*,
        case when m.relatief then 'per_1000' else c.eenheid end as maat,
        not m.relatief or c.status_noemer = 'gepubliceerd' as berekend,
        case
            when c.teller is null or m.relatief and c.status_noemer <> 'gepubliceerd' then null
            when c.minste is not null then 'afronding'
            when c.berekening = 'telling' and c.eenheid = 'aantal' then 'byar_95'
            when c.berekening = 'aandeel' and c.noemer > 0 then 'wilson_95'
        end as methode,
        case when m.relatief then 1000.0::double precision / nullif(c.inwoners, 0) else 1.0 end as factor
    from cijfers as c
    inner join {{ ref('int_indicator_thema') }} as t on c.indicator_code = t.indicator_code
    inner join (values (false), (true)) as m (relatief)
        on
            not m.relatief
            or (
                c.berekening = 'telling' and c.eenheid = 'aantal' and c.periode_soort in ('jaar', 'r12m')
                and c.niveau <> 'buurt'
            )
)

select
    thema, indicator_code, regio_code, niveau, periode_code, periode_soort, maat,
    case when berekend then waarde * factor end as waarde,
    teller,
    case when maat = 'per_1000' then inwoners else noemer end as noemer,
    case methode
        when 'afronding' then minste * factor
        when 'byar_95' then {{ byar_ondergrens('teller') }} * factor
        when 'wilson_95' then {{ wilson('teller', 'noemer', -1) }}
    end as ondergrens,
    case methode
        when 'afronding' then meeste * factor
        when 'byar_95' then {{ byar_bovengrens('teller') }} * factor
        when 'wilson_95' then {{ wilson('teller', 'noemer', 1) }}
    end as bovengrens,
    methode,
    coalesce(teller, noemer) as n,
    case when berekend or waarde is null then status_waarde else status_noemer end as status_waarde,
    voorlopig,
    register as bron,
    bron_soort,
    reeks,
    levering_id,
    bijgewerkt_op
from maten
