{{ config(materialized='view') }}

-- Everything that is known about a goal in a region, side by side, and what follows from it in yes and no: of what is
-- shown (`geval` 0), and of each corner of what is hidden.
with namen as (
    select distinct indicator_code, naam from {{ ref('int_doelindicator') }}
),

basis as (
    select
        d.*, i.naam as indicator_naam, coalesce(k.inspanningsafhankelijk, false) as inspanningsafhankelijk,
        k.caveat,
        k.afronding,
        l.periode_code, l.periode_soort, l.label, l.eind_datum as peildatum,
        coalesce(g.geval, 0) as geval, coalesce(g.onzeker, false) as onzeker, g.waarde, l.minste, l.meeste,
        r.minste / r.omvang as nul_minste, r.meeste / r.omvang as nul_meeste,
        l.teller, l.noemer, l.ondergrens, l.bovengrens, l.reeks as reeks_laatste,
        l.voorlopig, l.bron, l.bron_soort, l.levering_id, l.bijgewerkt_op,
        g.waarde_vorig, l.teller_vorig, l.label_vorig, l.datum_vorig,
        h.tegen, h.tegen_code, h.referentie, h.status_referentie, h.aanduiding, h.referentie_onder, h.referentie_boven,
        h.verschil,
        h.verschil_pct,
        h.verschil_pct_onder,
        h.verschil_pct_boven,
        h.p_waarde,
        h.significant,
        h.methode,
        h.spreiding,
        h.zelfde_reeks,
        n.referentie as nul_waarde, n.verschil_pct as nul_verschil_pct, n.significant as nul_significant,
        n.aanduiding as nul_aanduiding, n.verschil as nul_verschil,
        v.verwacht, v.onder_80, v.boven_80, v.onder_95, v.boven_95, v.koers, v.methode as methode_projectie,
        b.tekst as trendbreuk,
        t.zonder_einde_pct, m.gedrukt
    from {{ ref('int_doel') }} as d
    left join namen as i on d.indicator_code = i.indicator_code
    left join {{ ref('int_indicator') }} as k on d.indicator_code = k.indicator_code
    left join {{ ref('int_doel_laatste') }} as l on d.doel_code = l.doel_code and d.regio_code = l.regio_code
    left join {{ ref('int_doel_geval') }} as g on d.doel_code = g.doel_code and d.regio_code = g.regio_code
    left join {{ ref('int_doel_toets') }} as h
        on d.doel_code = h.doel_code and d.regio_code = h.regio_code and g.geval = h.geval and d.vergelijking = h.tegen
    left join {{ ref('int_doel_toets') }} as n
        on
            d.doel_code = n.doel_code and d.regio_code = n.regio_code and g.geval = n.geval
            and n.tegen = 'nulmeting' and n.zelfde_reeks
    left join {{ ref('int_doel_referentie') }} as r
        on d.doel_code = r.doel_code and d.regio_code = r.regio_code and r.tegen = 'nulmeting'
    left join {{ ref('int_register_doorlooptijd') }} as t
        on
            d.indicator_code = t.indicator_code and d.regio_code = t.regio_code
            and l.periode_code = t.periode_code
    left join {{ ref('int_doel_gemiddelde') }} as m
        on d.indicator_code = m.indicator_code
            and d.regio_code = m.regio_code
            and d.maat = m.maat
            and d.nulmeting = m.nulmeting
    left join {{ ref('int_doel_vooruitblik') }} as v
        on d.doel_code = v.doel_code and d.regio_code = v.regio_code and coalesce(g.geval, 0) = v.geval
    left join {{ ref('int_doel_voetnoot') }} as b
        on
            d.indicator_code = b.indicator_code and d.regio_code = b.regio_code and b.soort = 'trendbreuk'
            and d.nulmeting in (
                select p.nulmeting from {{ ref('nulmeting_periode') }} as p
                where b.van <= p.tot and b.tot >= p.van
            )
)

select
    *,
    case
        when regel = 'naar_benchmark' or tegen = 'streefwaarde' or richting = 'niet_hoger' then verschil * teken >= 0
        else verschil * teken > 0
    end as beter,
    coalesce(nul_verschil * teken > 0, false) as vooruit,
    coalesce((waarde - waarde_vorig) * teken > 0, false) as beter_dan_vorig,
    coalesce(
        (
            waarde + (waarde - waarde_vorig) * greatest(0, horizon - peildatum) / (peildatum - datum_vorig) - referentie
        ) * teken >= 0,
        false
    ) as tempo_genoeg,
    -- The mean as the plan prints it and the mean per day lie on both sides of the figure.
    coalesce(tegen = 'nulmeting' and (waarde - gedrukt) * verschil < 0, false) as gedrukt_anders
from basis
