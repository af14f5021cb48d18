-- The agreed results in the plan's own shape, with the names of the regions and the footnotes of the plan.
with noten as (
    select indicator_code, regio_code, string_agg(distinct teken || ' ' || tekst, ' ') as voetnoten
    from {{ ref('int_doel_voetnoot') }}
    group by indicator_code, regio_code
)

select
    a.plan_code,
    a.volgorde,
    a.regio_code,
    coalesce(r.naam, a.regio_code) as regio_naam,
    a.hoofdthema,
    a.rij,
    a.indicator_code,
    a.maat, a.eerste_basisjaar, a.basisjaar_1, a.basisjaar_2, a.basisjaar_3, a.basisjaar_4, a.gemiddelde_gedrukt,
    a.gemiddelde_op_jaarbasis, a.gemiddelde_naar_dagen, a.eerste_planjaar, a.planjaar_1, a.planjaar_2, a.planjaar_3,
    a.planjaar_4, a.lopend_jaar, a.lopend_waarde,
    a.zelfde_maanden_vorig_jaar, a.zelfde_maanden_nulmeting, a.zelfde_maanden_jaren,
    100 * (a.lopend_waarde - a.zelfde_maanden_nulmeting) / nullif(a.zelfde_maanden_nulmeting, 0) as verschil_pct,
    a.leeg_omdat, n.voetnoten, a.levering_id
from {{ ref('int_resultaatafspraak') }} as a
left join {{ ref('int_regio') }} as r on a.regio_code = r.regio_code
left join noten as n on a.indicator_code = n.indicator_code and a.regio_code = n.regio_code
