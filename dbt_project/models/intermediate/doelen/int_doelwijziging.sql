{{ config(materialized='view') }}

-- What changed in the goals since the publication before, and why: new period, restated figures, or another goal.
with nu as (
    select * from {{ ref('int_doelen') }}
),

vorige as (
    select * from {{ ref('int_doelen_vorige') }}
),

naast_elkaar as (
    select
        coalesce(n.doel_code, v.doel_code) as doel_code, coalesce(n.regio_code, v.regio_code) as regio_code,
        coalesce(n.plan_code, v.plan_code) as plan_code, coalesce(n.doel, v.doel) as doel,
        coalesce(n.indicator_code, v.indicator_code) as indicator_code, coalesce(n.maat, v.maat) as maat,
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
    doel_code, regio_code, plan_code, doel, indicator_code, maat,
    case
        when nieuw then 'nieuw doel'
        when vervallen then 'doel vervallen'
        when afspraak_is <> afspraak_was then 'doel bijgesteld'
        when coalesce(periode_is, '') <> coalesce(periode_was, '') then 'nieuwe periode'
        when herzien then 'cijfer herzien door de bron'
        when nulmeting_herzien then 'nulmeting herzien door de bron'
        else 'vergelijking of verwachting veranderd'
    end as reden,
    status_was, status_is, waarde_was, waarde_is, periode_was, periode_is, zin_was, zin_is, levering_id
from naast_elkaar
where nieuw or vervallen or herzien or status_is <> status_was or zin_is <> zin_was or afspraak_is <> afspraak_was
