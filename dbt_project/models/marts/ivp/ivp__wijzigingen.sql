-- What changed in the goals since the publication before, and why: new period, restated figures, or another goal.
with nu as (
    select * from {{ ref('int_doelen') }}
),

vorige as (
    select * from {{ ref('int_doelen_vorige') }}
),

leveringen as (
    select * from {{ ref('int_levering') }}
),

naast_elkaar as (
    select
        coalesce(n.doel_code, v.doel_code) as doel_code, coalesce(n.regio_code, v.regio_code) as regio_code,
        coalesce(n.plan_code, v.plan_code) as plan_code, coalesce(n.doel, v.doel) as doel,
        v.doel_code is null as nieuw, n.doel_code is null as vervallen,
        concat_ws('|', n.regel, n.indicator_code, n.streefwaarde::text, n.horizon::text) as afspraak_is,
        concat_ws('|', v.regel, v.indicator_code, v.streefwaarde::text, v.horizon::text) as afspraak_was,
        coalesce(n.waarde::text, '') <> coalesce(v.waarde::text, '') as herzien,
        coalesce(n.nulmeting::text, '') <> coalesce(v.nulmeting::text, '') as nulmeting_herzien,
        v.status as status_was, n.status as status_is, v.waarde as waarde_was, n.waarde as waarde_is,
        v.periode_code as periode_was, n.periode_code as periode_is, v.zin as zin_was, n.zin as zin_is, n.levering_id
    from nu as n
    full outer join vorige as v on n.doel_code = v.doel_code and n.regio_code = v.regio_code
)

select
    w.doel_code, w.regio_code, w.plan_code, w.doel,
    case
        when w.nieuw then 'nieuw doel'
        when w.vervallen then 'doel vervallen'
        when w.afspraak_is <> w.afspraak_was then 'doel bijgesteld'
        when coalesce(w.periode_is, '') <> coalesce(w.periode_was, '') then 'nieuwe periode'
        when w.herzien then 'cijfer herzien door de bron'
        when w.nulmeting_herzien then 'nulmeting herzien door de bron'
        else 'vergelijking of verwachting veranderd'
    end as reden,
    w.status_was, w.status_is, w.waarde_was, w.waarde_is, w.periode_was, w.periode_is, w.zin_was, w.zin_is,
    w.levering_id, l.dataset, l.verwerkt_op
from naast_elkaar as w
left join leveringen as l on w.levering_id = l.levering_id
where
    w.nieuw or w.vervallen or w.herzien or w.status_is <> w.status_was or w.zin_is <> w.zin_was
    or w.afspraak_is <> w.afspraak_was
