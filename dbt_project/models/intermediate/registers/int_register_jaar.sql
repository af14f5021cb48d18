-- Disclosure, over time: a year of a total may be shown when what is not known of it by quarters (`rest`) is none, or
-- more than it could be if it were hidden (`hoogste`).
with jaren as (
    select g.*, i.min_cel
    from {{ ref('int_register_gemeente') }} as g
    inner join {{ ref('int_register_indicator') }} as i on g.indicator_code = i.indicator_code
    where g.periode_soort = 'jaar' and g.reden is null and i.basis and i.berekening = 'telling'
),

bekend as (
    select
        indicator_code, gemeente_code, jaar,
        sum(n) filter (where gesloten) as n,
        sum(tegendeel) filter (where gesloten) as tegendeel,
        count(*) filter (where not gesloten) as open
    from {{ ref('int_register_kwartaal') }}
    group by indicator_code, gemeente_code, jaar
),

resten as (
    select
        j.indicator_code, j.gemeente_code, j.jaar, j.periode_code, j.n,
        j.n - coalesce(b.n, 0) as rest,
        coalesce(j.tegendeel - coalesce(b.tegendeel, 0), 0) as rest_tegendeel,
        {{ hoogste_rest('b.open', 'j.min_cel') }} as hoogste
    from jaren as j
    left join bekend as b
        on j.indicator_code = b.indicator_code and j.gemeente_code = b.gemeente_code and j.jaar = b.jaar
)

select
    indicator_code, gemeente_code, jaar, periode_code, n, rest, hoogste,
    (rest = 0 or rest > hoogste) and (rest_tegendeel = 0 or rest_tegendeel > hoogste) as openbaar
from resten
