-- Exact counts and shares of registers: of each municipality, and of partnerships as a whole. Publishing shows a row to
-- those alone who log in for its area (docs/decisions/0033-access.md). Only of registers that are a municipality's own.
with indicatoren as (
    select * from {{ ref('int_register_indicator') }}
    where eigen
),

-- Exactly, that is: not as the middle of what it can be. Materialised: by the index of the table each row would read
-- all periods of its region.
getoond as materialized (
    select indicator_code, regio_code, periode_code from {{ ref('int_register_cijfer') }}
    where waarde is not null and minste is null
),

gemeenten as (
    select * from {{ ref('int_register_gemeente') }}
    where reden is null
),

leden as (
    select gebied_code, gebied_soort, gemeente_code, leden from {{ ref('int_register_lid') }}
    where gebied_soort = 'samenwerkingsgebied'
),

-- A partnership has a figure when all of its municipalities have one.
sommen as (
    select
        indicator_code, gemeente_code as regio_code, 'gemeente' as niveau, periode_code, periode_soort,
        n, waarde as som, levering_id
    from gemeenten
    union all
    select
        g.indicator_code, l.gebied_code as regio_code, l.gebied_soort as niveau, g.periode_code, g.periode_soort,
        sum(g.n) as n, sum(g.waarde) as som, max(g.levering_id) as levering_id
    from gemeenten as g
    inner join leden as l on g.gemeente_code = l.gemeente_code
    group by g.indicator_code, l.gebied_code, l.gebied_soort, g.periode_code, g.periode_soort, l.leden
    having count(*) = l.leden
)

select
    s.indicator_code, i.naam as indicator, s.regio_code, s.niveau, s.periode_code, s.periode_soort,
    s.n::integer as aantal,
    case when i.berekening = 'aandeel' then 100.0 * s.som / s.n else s.som end::double precision as waarde,
    i.eenheid,
    g.indicator_code is null as vertrouwelijk,
    i.register, s.levering_id
from sommen as s
inner join indicatoren as i on s.indicator_code = i.indicator_code
left join getoond as g
    on s.indicator_code = g.indicator_code and s.regio_code = g.regio_code and s.periode_code = g.periode_code
-- No cases, no share.
where i.berekening <> 'aandeel' or s.n > 0
