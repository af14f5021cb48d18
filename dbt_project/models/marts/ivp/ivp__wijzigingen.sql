-- What changed since the publication that said something else: goals and figures, with the two publications. Empty
-- after the first one. Publishing fills in its own number.
with vorige as (
    select max(publicatie_nr) as publicatie_was from {{ ref('int_doelen_vorige') }}
),

momenten as (
    select naar_nr as publicatie_was, min(moment) as moment from {{ source('beheer', 'publicatie_log') }}
    group by naar_nr
),

wijzigingen as (
    select
        'doel' as soort, doel_code, regio_code, plan_code, doel, indicator_code, null as reeks, maat, reden,
        status_was, status_is, waarde_was, waarde_is, periode_was, periode_is, zin_was, zin_is, levering_id
    from {{ ref('int_doelwijziging') }}
    union all
    select
        'cijfer' as soort, null as doel_code, regio_code, null as plan_code, null as doel, indicator_code, reeks, maat,
        reden, null as status_was, null as status_is, waarde_was, waarde_is,
        periode_code as periode_was, periode_code as periode_is, null as zin_was, null as zin_is, levering_id
    from {{ ref('int_cijferwijziging') }}
)

select
    w.doel_code, w.regio_code, w.plan_code, w.doel, w.reden, w.status_was, w.status_is, w.waarde_was, w.waarde_is,
    w.periode_was, w.periode_is, w.zin_was, w.zin_is, w.levering_id, l.dataset, l.verwerkt_op,
    w.soort, w.indicator_code, w.reeks, w.maat, v.publicatie_was,
    to_char(m.moment at time zone 'Europe/Amsterdam', 'YYYY-MM-DD HH24:MI') as gepubliceerd_was,
    null::integer as publicatie_is
from wijzigingen as w
inner join vorige as v on v.publicatie_was is not null
left join momenten as m on v.publicatie_was = m.publicatie_was
left join {{ ref('int_levering') }} as l on w.levering_id = l.levering_id
