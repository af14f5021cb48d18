{{ config(indexes=[{'columns': ['indicator_code', 'gemeente_code', 'periode_code'], 'unique': true}]) }}

-- Disclosure per municipality: whether a count or share may be shown, and when it is not what remains unknown of it
-- (`rest`) and how much that is at most (`hoogste`). Every count shown is a sum of closed blocks: quarters, rests of
-- years, or groups of cases of a year.
with cijfers as (
    select
        g.*, i.berekening, i.basis, i.familie, i.familie_nr, i.min_cel,
        i.per_gebied and l.gebied_code is not null as per_gebied,
        case when g.periode_soort = 'maand' then g.eind_index / 3 * 3 + 2 else g.eind_index end as kwartaal_index,
        bool_and(
            (g.n = 0 or g.n >= i.min_cel) and (coalesce(g.tegendeel, 0) = 0 or g.tegendeel >= i.min_cel)
        ) over (
            partition by g.indicator_code, g.gemeente_code, g.periode_soort, g.eind_index / 3
        ) as maanden_veilig
    from {{ ref('int_register_gemeente') }} as g
    inner join {{ ref('int_register_indicator') }} as i on g.indicator_code = i.indicator_code
    left join {{ ref('int_register_lid') }} as l
        on i.per_gebied and g.gemeente_code = l.gemeente_code and l.genest and l.gebied_soort = 'samenwerkingsgebied'
    where g.reden is null
),

kwartalen as (
    select k.*, coalesce(k.gesloten or (k.eind_index % 12 = 11 and j.openbaar), false) as bereikt
    from {{ ref('int_register_kwartaal') }} as k
    left join {{ ref('int_register_jaar') }} as j
        on k.indicator_code = j.indicator_code and k.gemeente_code = j.gemeente_code and k.jaar = j.jaar
),

vensters as (
    select
        c.indicator_code, c.gemeente_code, c.periode_code,
        case
            when c.periode_soort = 'jtd' then bool_or(k.eind_index = c.eind_index and k.bereikt)
            else bool_and(k.gesloten)
        end as openbaar
    from cijfers as c
    inner join kwartalen as k
        on
            c.indicator_code = k.indicator_code and c.gemeente_code = k.gemeente_code
            and k.eind_index between c.begin_index and c.kwartaal_index
    where c.periode_soort in ('maand', 'kwartaal', 'r12m', 'jtd')
    group by c.indicator_code, c.gemeente_code, c.periode_code, c.periode_soort
)

select
    c.indicator_code, c.gemeente_code, c.periode_code, c.per_gebied,
    coalesce(case
        when c.per_gebied then false
        when c.berekening = 'aandeel'
            then c.n = 0 or c.n >= c.min_cel
                and {{ genoeg('c.waarde', 'c.min_cel') }} and {{ genoeg('c.n - c.waarde', 'c.min_cel') }}
        when c.periode_soort = 'jaar' and c.basis then j.openbaar
        when c.periode_soort = 'jaar'
            then coalesce(b.openbaar, true) and coalesce(d.getoond & (1::bigint << (c.familie_nr - 1)) > 0, true)
        when c.periode_soort = 'maand' then v.openbaar and c.maanden_veilig
        else v.openbaar
    end, false) as openbaar,
    coalesce(j.rest, c.n) as rest,
    coalesce(j.hoogste, c.min_cel - 1) as hoogste
from cijfers as c
left join vensters as v
    on c.indicator_code = v.indicator_code and c.gemeente_code = v.gemeente_code and c.periode_code = v.periode_code
left join {{ ref('int_register_jaar') }} as j
    on c.indicator_code = j.indicator_code and c.gemeente_code = j.gemeente_code and c.periode_code = j.periode_code
left join {{ ref('int_register_jaar') }} as b
    on c.familie = b.indicator_code and c.gemeente_code = b.gemeente_code and c.periode_code = b.periode_code
left join {{ ref('int_register_deel') }} as d
    on c.familie = d.familie and c.gemeente_code = d.regio_code and c.jaar = d.jaar
