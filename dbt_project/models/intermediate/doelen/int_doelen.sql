{{ config(materialized='view') }}

-- The goals of all plans as readers see them, with the points of the plans that no figure can say anything about.
-- A view: the projections are computed after this layer has been built, and marts must have the newest.
with noten as (
    select indicator_code, regio_code, string_agg(distinct teken || ' ' || tekst, ' ') as voetnoten
    from {{ ref('int_doel_voetnoot') }}
    group by indicator_code, regio_code
),

herkomst as (
    select coalesce(min(bron_soort), 'live') as bron_soort from {{ ref('int_levering') }}
),

stand as (
    select s.*, g.op_jaarbasis, g.naar_dagen, g.benaderd, n.voetnoten
    from {{ ref('int_doelstand') }} as s
    left join {{ ref('int_doel_gemiddelde') }} as g
        on s.indicator_code = g.indicator_code
            and s.regio_code = g.regio_code
            and s.maat = g.maat
            and s.nulmeting = g.nulmeting
    left join noten as n on s.indicator_code = n.indicator_code and s.regio_code = n.regio_code
)

select
    s.plan_code,
    s.plan_naam,
    s.doel_code,
    s.planitem_id,
    s.thema,
    s.naam as doel,
    s.hoofddoel,
    s.regio_code,
    s.regio_naam,
    s.hele_gebied, s.indicator_code, s.indicator_naam, s.maat, s.regel, s.richting, s.horizon, s.doelgroep_jeugd,
    s.status, s.zin, s.ontbreekt, s.periode_code, s.label as periode, s.peildatum, s.waarde,
    coalesce(s.minste, s.ondergrens) as ondergrens, coalesce(s.meeste, s.bovengrens) as bovengrens,
    s.waarde_vorig, s.label_vorig as periode_vorig, s.zonder_einde_pct, s.nulmeting_grond as grond,
    s.nul_waarde as nulmeting, s.nul_aanduiding as nulmeting_periode, s.gedrukt as nulmeting_gedrukt,
    s.op_jaarbasis as nulmeting_op_jaarbasis,
    s.naar_dagen as nulmeting_naar_dagen,
    coalesce(s.benaderd, false) as nulmeting_benaderd,
    s.nul_verschil_pct as verandering_pct,
    case when s.onzeker then s.zeker_significant else s.nul_significant end as verandering_significant,
    s.benchmark_gebied as benchmark_code, s.benchmark_modus,
    case s.tegen when 'benchmark' then s.referentie end as benchmark_waarde,
    case s.tegen when 'benchmark' then s.referentie_onder end as benchmark_ondergrens,
    case s.tegen when 'benchmark' then s.referentie_boven end as benchmark_bovengrens,
    s.streven as streefwaarde,
    s.tegen as vergeleken_met, s.verschil, s.verschil_pct, s.verschil_pct_onder, s.verschil_pct_boven,
    s.zeker_significant as significant, case when not s.onzeker then s.p_waarde end as p_waarde, s.methode, s.spreiding,
    s.verwacht, s.onder_80 as verwacht_onder_80, s.boven_80 as verwacht_boven_80, s.koers as koers_projectie,
    s.inspanningsafhankelijk, s.voetnoten, s.toelichting, s.caveat,
    s.reeks_laatste as reeks, s.voorlopig, s.bron, coalesce(s.bron_soort, h.bron_soort) as bron_soort,
    s.levering_id, s.bijgewerkt_op
from stand as s
cross join herkomst as h
