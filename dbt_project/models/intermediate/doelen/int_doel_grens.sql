{{ config(indexes=[{'columns': ['indicator_code', 'regio_code', 'periode_code'], 'unique': true}]) }}

-- What readers can work out themselves of a year or quarter that is hidden from them: the least and the most that it
-- can be, from what they are shown and the rule that hides (decision 0034). It reads nothing that they do not have, so
-- a verdict that rests on it says nothing new. A hidden year of a municipality is its quarters that are shown and a
-- rest of one or more; a quarter has at most what the year leaves; a part has at most what its total has.
with cijfers as (
    select * from {{ ref('int_doel_telling') }}
),

jaren as (
    select
        c.indicator_code, c.regio_code, c.periode_code, c.jaar, c.bekend, coalesce(c.minste, c.bekend + 1) as minste,
        coalesce(c.meeste, c.bekend + {{ hoogste_rest('c.open', 'c.min_cel') }}) as meeste
    from cijfers as c
    inner join {{ ref('int_werkgebied') }} as w on c.regio_code = w.gemeente_code
    where c.periode_soort = 'jaar' and c.totaal is null
),

totalen as (
    select indicator_code, regio_code, periode_code, minste, meeste from jaren
    union all
    select
        k.indicator_code, k.regio_code, k.periode_code, coalesce(k.minste, 0) as minste,
        coalesce(k.meeste, j.meeste - j.bekend) as meeste
    from cijfers as k
    inner join jaren as j on k.indicator_code = j.indicator_code and k.regio_code = j.regio_code and k.jaar = j.jaar
    where k.periode_soort = 'kwartaal'
),

gemeenten as (
    select * from totalen
    union all
    select
        d.indicator_code, d.regio_code, d.periode_code, coalesce(d.minste, 0) as minste,
        coalesce(d.meeste, t.meeste) as meeste
    from cijfers as d
    inner join totalen as t
        on d.totaal = t.indicator_code and d.regio_code = t.regio_code and d.periode_code = t.periode_code
),

-- Of a partnership what its municipalities can be together.
grenzen as (
    select * from gemeenten
    union all
    select g.indicator_code, l.gebied_code, g.periode_code, sum(g.minste) as minste, sum(g.meeste) as meeste
    from gemeenten as g
    inner join {{ ref('int_register_lid') }} as l on g.regio_code = l.gemeente_code
    group by g.indicator_code, l.gebied_code, g.periode_code, l.leden
    having count(*) = l.leden
)

select
    c.indicator_code, c.regio_code, c.periode_code,
    coalesce(c.minste, g.minste)::double precision as minste, coalesce(c.meeste, g.meeste)::double precision as meeste
from cijfers as c
inner join grenzen as g
    on c.indicator_code = g.indicator_code and c.regio_code = g.regio_code and c.periode_code = g.periode_code
where c.minste is distinct from c.meeste or c.minste is null
