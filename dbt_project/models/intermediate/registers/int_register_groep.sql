-- Cases of a total per year, by the parts that they count for (`delen`, a bit each) together; per municipality, or per
-- partnership for families of which the parts are shown of partnerships only. Exact: not for readers.
with families as (
    select familie, bool_or(per_gebied) as per_gebied
    from {{ ref('int_register_indicator') }}
    where berekening = 'telling' and familie_leden > 1
    group by familie
    having max(min_cel) > 1
),

rijen as (
    select
        i.familie, coalesce(l.gebied_code, g.gemeente_code) as regio_code, g.maand_index / 12 as jaar,
        max(g.n) as n,
        bit_or(1::bigint << (i.familie_nr - 1)) as delen
    from {{ ref('int_register_gebeurtenis') }} as g
    inner join {{ ref('int_register_indicator') }} as i on g.indicator_code = i.indicator_code
    inner join families as f on i.familie = f.familie
    left join {{ ref('int_register_lid') }} as l
        on f.per_gebied and g.gemeente_code = l.gemeente_code and l.genest and l.gebied_soort = 'samenwerkingsgebied'
    where i.berekening = 'telling' and coalesce(g.telling, 'deel') = 'deel'
    group by i.familie, coalesce(l.gebied_code, g.gemeente_code), g.gemeente_code, g.maand_index / 12, g.rij
)

select familie, regio_code, jaar, delen, sum(n) as n
from rijen
group by familie, regio_code, jaar, delen
