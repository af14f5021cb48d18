-- Youth through all themes: every figure of an indicator that is about people under 27, with its own age group.
select
    c.indicator_code, i.naam as indicator_naam, t.thema, i.leeftijdsgroep, c.regio_code, r.naam as regio_naam, c.niveau,
    c.periode_code, c.periode_soort, c.label as periode, c.maat, c.waarde, c.per_1000, i.caveat,
    c.reeks, c.voorlopig, c.bron, c.bron_soort, c.levering_id, c.bijgewerkt_op
from {{ ref('int_beeldcijfer') }} as c
inner join {{ ref('int_indicator') }} as i on c.indicator_code = i.indicator_code
inner join {{ ref('int_indicator_thema') }} as t on c.indicator_code = t.indicator_code
inner join {{ ref('int_regio') }} as r on c.regio_code = r.regio_code
where i.jeugd and r.werkgebied
