{{ config(indexes=[{'columns': ['indicator_code', 'regio_code', 'maat']}]) }}

-- Figures of the goals' indicators for the regions that need them, once whatever the themes. A sum of indicators has a
-- figure only where all of its parts have one.
with nodig as (
    select * from {{ ref('int_doelonderdeel') }}
),

waarden as (
    select distinct on (w.indicator_code, w.regio_code, w.maat, w.reeks, w.periode_code) w.*
    from {{ ref('int_indicatorwaarden') }} as w
    where (w.indicator_code, w.regio_code) in (select n.onderdeel_code, n.regio_code from nodig as n)
    order by w.indicator_code, w.regio_code, w.maat, w.reeks, w.periode_code
),

gekozen as (
    select
        n.indicator_code, w.regio_code, w.niveau, w.maat, w.periode_code, w.periode_soort,
        n.onderdelen,
        count(w.waarde) as bekend,
        sum(w.waarde) as waarde,
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
    inner join waarden as w on n.onderdeel_code = w.indicator_code and n.regio_code = w.regio_code
    group by n.indicator_code, w.regio_code, w.niveau, w.maat, w.periode_code, w.periode_soort, n.onderdelen, w.reeks
)

select
    g.indicator_code,
    g.regio_code,
    g.niveau,
    g.maat,
    g.periode_code,
    g.periode_soort,
    p.label,
    p.begin_datum,
    p.eind_datum,
    case when g.bekend = g.onderdelen then g.waarde end as waarde,
    case when g.bekend = g.onderdelen then g.teller end as teller,
    g.noemer, g.ondergrens, g.bovengrens,
    coalesce(
        g.reden,
        case
            when g.bekend < g.onderdelen then 'nog_niet_beschikbaar' when g.waarde = 0 then 'nul' else 'gepubliceerd'
        end
    ) as status_waarde,
    g.voorlopig, g.bron, g.bron_soort, g.reeks, g.levering_id, g.bijgewerkt_op
from gekozen as g
inner join {{ ref('int_periode') }} as p on g.periode_code = p.periode_code
