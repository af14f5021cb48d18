{{ config(indexes=[{'columns': ['indicator_code', 'regio_code', 'maat']}]) }}

-- Figures of the goals' indicators for the regions that need them, as in the theme that an indicator belongs to. A sum
-- of indicators has a figure only where all of its parts have one. What is hidden, or shown as a range, has its ends.
with nodig as (
    select n.*, t.thema
    from {{ ref('int_doelonderdeel') }} as n
    inner join {{ ref('int_indicator_thema') }} as t on n.onderdeel_code = t.indicator_code and t.rol <> 'mede'
),

gekozen as (
    select
        n.indicator_code, w.regio_code, w.niveau, w.maat, w.periode_code, w.periode_soort,
        n.onderdelen,
        count(w.waarde) as bekend,
        sum(w.waarde order by n.onderdeel_code) as waarde,
        sum(w.teller)::bigint as teller,
        max(w.noemer)::bigint as noemer,
        max(w.ondergrens) filter (where n.onderdelen = 1) as ondergrens,
        max(w.bovengrens) filter (where n.onderdelen = 1) as bovengrens,
        min(w.status_waarde) filter (where w.status_waarde not in ('gepubliceerd', 'nul')) as reden,
        bool_or(w.voorlopig) as voorlopig,
        string_agg(distinct w.bron, ', ') as bron,
        min(w.bron_soort) as bron_soort,
        w.reeks,
        max(w.levering_id) as levering_id,
        max(w.bijgewerkt_op) as bijgewerkt_op
    from nodig as n
    -- Some 500 series of 15,000: the order keeps this a lookup by index, instead of a reading of all figures.
    cross join
        lateral (
            select i.* from {{ ref('int_indicatorwaarden') }} as i
            where i.indicator_code = n.onderdeel_code and i.regio_code = n.regio_code and i.thema = n.thema
            order by i.periode_code
        ) as w
    group by n.indicator_code, w.regio_code, w.niveau, w.maat, w.periode_code, w.periode_soort, n.onderdelen, w.reeks
)

select
    g.indicator_code, g.regio_code, g.niveau, g.maat, g.periode_code, g.periode_soort, p.label, p.begin_datum,
    p.eind_datum,
    case when g.bekend = g.onderdelen then g.waarde end as waarde,
    case when g.bekend = g.onderdelen then g.teller end as teller,
    g.noemer, g.ondergrens, g.bovengrens, b.minste, b.meeste,
    coalesce(
        g.reden,
        case
            when g.bekend < g.onderdelen then 'nog_niet_beschikbaar' when g.waarde = 0 then 'nul' else 'gepubliceerd'
        end
    ) as status_waarde,
    g.voorlopig, g.bron, g.bron_soort, g.reeks, g.levering_id, g.bijgewerkt_op
from gekozen as g
inner join {{ ref('int_periode') }} as p on g.periode_code = p.periode_code
left join {{ ref('int_doel_grens') }} as b
    on
        g.indicator_code = b.indicator_code and g.regio_code = b.regio_code and g.periode_code = b.periode_code
        and g.maat = 'aantal'
