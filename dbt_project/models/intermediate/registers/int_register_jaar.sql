-- Disclosure, over time: a year of a total may be shown when what is not yet known of it is none or enough cases.
with jaren as (
    select g.*, i.min_cel
    from {{ ref('int_register_gemeente') }} as g
    inner join {{ ref('int_register_indicator') }} as i on g.indicator_code = i.indicator_code
    where g.periode_soort = 'jaar' and g.reden is null and i.basis and i.berekening = 'telling'
),

bekend as (
    select indicator_code, gemeente_code, jaar, sum(n) filter (where gesloten) as n
    from {{ ref('int_register_kwartaal') }}
    group by indicator_code, gemeente_code, jaar
)

select
    j.indicator_code, j.gemeente_code, j.jaar, j.periode_code, j.n,
    j.n - coalesce(b.n, 0) as rest,
    j.n = coalesce(b.n, 0) or j.n - coalesce(b.n, 0) >= j.min_cel as openbaar
from jaren as j
left join bekend as b
    on j.indicator_code = b.indicator_code and j.gemeente_code = b.gemeente_code and j.jaar = b.jaar
