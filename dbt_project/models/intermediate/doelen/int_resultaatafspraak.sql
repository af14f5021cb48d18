-- The table of agreed results of a plan, one row per region and main theme: the years of its baseline and its own, in
-- order. The running year is that of the source, the same for all rows of a plan that come from it; it is held against
-- the same months of the years of the baseline, of which a year counts when those months lie wholly in it.
with cellen as (
    select
        *,
        extract(year from nulmeting_van)::integer as eerste_basisjaar,
        extract(year from van)::integer as eerste_planjaar
    from {{ ref('int_resultaatcel') }}
),

peil as (
    select plan_code, bron, max(eind_datum) as eind_datum from cellen
    where soort = 'zelfde_maanden' and status_waarde <> 'nog_niet_beschikbaar'
    group by plan_code, bron
),

bronnen as (
    select plan_code, volgorde, max(bron) as bron from cellen
    group by plan_code, volgorde
),

lopend as (
    select
        c.*, p.eind_datum as peil,
        extract(month from c.eind_datum) = extract(month from p.eind_datum) and c.soort = 'zelfde_maanden' as zelfde,
        extract(year from p.eind_datum)::integer as peiljaar
    from cellen as c
    inner join bronnen as b on c.plan_code = b.plan_code and c.volgorde = b.volgorde
    left join peil as p on b.plan_code = p.plan_code and b.bron = p.bron
)

select
    plan_code, volgorde, regio_code, max(hoofdthema) as hoofdthema, max(rij) as rij,
    max(indicator_code) as indicator_code, max(maat) as maat,
    max(eerste_basisjaar) as eerste_basisjaar,
    {% for nr in range(4) -%}
        max(waarde) filter (where soort = 'basisjaar' and jaar = eerste_basisjaar + {{ nr }}) as basisjaar_{{ nr + 1 }},
    {% endfor -%}
    max(waarde) filter (where soort = 'gemiddelde_gedrukt') as gemiddelde_gedrukt,
    max(waarde) filter (where soort = 'gemiddelde_op_jaarbasis') as gemiddelde_op_jaarbasis,
    max(waarde) filter (where soort = 'gemiddelde_naar_dagen') as gemiddelde_naar_dagen,
    max(eerste_planjaar) as eerste_planjaar,
    {% for nr in range(4) -%}
        max(waarde) filter (where soort = 'planjaar' and jaar = eerste_planjaar + {{ nr }}) as planjaar_{{ nr + 1 }},
    {% endfor -%}
    max(kolom) filter (where zelfde and jaar = peiljaar) as lopend_jaar,
    max(waarde) filter (where zelfde and jaar = peiljaar) as lopend_waarde,
    max(waarde) filter (where zelfde and jaar = peiljaar - 1) as zelfde_maanden_vorig_jaar,
    avg(waarde) filter (where zelfde and eind_datum between nulmeting_van and nulmeting_tot)
        as zelfde_maanden_nulmeting,
    count(waarde) filter (where zelfde and eind_datum between nulmeting_van and nulmeting_tot)::integer
        as zelfde_maanden_jaren,
    string_agg(distinct kolom || ': ' || status_waarde, '; ') filter (
        where waarde is null and (soort <> 'zelfde_maanden' or (zelfde and jaar = peiljaar))
    ) as leeg_omdat,
    max(levering_id) as levering_id
from lopend
group by plan_code, volgorde, regio_code
