-- The one-page picture: per region and period the figure, that of a year before, the areas around it and the goal.
with cijfers as (
    select * from {{ ref('int_beeldcijfer') }}
),

doelen as (
    select distinct on (regio_code, indicator_code)
        regio_code, indicator_code, periode_code, plan_code, doel_code, status, zin
    from {{ ref('int_doelen') }}
    order by regio_code, indicator_code, hoofddoel nulls first, doel_code
)

select
    c.regio_code, r.naam as regio_naam, c.niveau, c.periode_code, c.periode_soort, c.label as periode,
    i.mart_prim as thema_code,
    c.indicator_code,
    i.naam as indicator_naam,
    i.richting,
    i.jeugd as doelgroep_jeugd,
    c.maat,
    c.waarde, c.per_1000, v.waarde as waarde_vorig,
    100 * (c.waarde - v.waarde) / nullif(v.waarde, 0) as verandering_pct,
    coalesce(p.per_1000, case when c.maat <> 'aantal' then p.waarde end) as provincie,
    coalesce(n.per_1000, case when c.maat <> 'aantal' then n.waarde end) as nederland,
    d.plan_code, d.doel_code, d.status as doel_status, d.zin as doel_zin,
    c.reeks, c.voorlopig, c.bron, c.bron_soort, c.levering_id, c.bijgewerkt_op,
    coalesce(t.thema, 'context') as thema
from cijfers as c
inner join {{ ref('int_regio') }} as r on c.regio_code = r.regio_code
inner join {{ ref('int_indicator') }} as i on c.indicator_code = i.indicator_code
left join {{ ref('thema') }} as t on i.mart_prim = t.thema_code
left join cijfers as v
    on
        c.indicator_code = v.indicator_code and c.regio_code = v.regio_code and c.reeks = v.reeks
        and c.periode_soort = v.periode_soort and c.eind_index - 12 = v.eind_index
left join cijfers as p
    on r.provincie_code = p.regio_code
        and c.indicator_code = p.indicator_code
        and c.periode_code = p.periode_code
        and c.reeks = p.reeks
left join cijfers as n
    on n.regio_code = 'NL01'
        and c.indicator_code = n.indicator_code
        and c.periode_code = n.periode_code
        and c.reeks = n.reeks
left join doelen as d
    on c.regio_code = d.regio_code and c.indicator_code = d.indicator_code and c.periode_code = d.periode_code
where c.niveau in ('gemeente', 'samenwerkingsgebied') and r.werkgebied
