-- The cells of the agreed results, in the shape of the plan: the years of the baseline, its mean in three variants, the
-- years of the plan, and of the running year the months up to the last one beside the same months of other years.
with rijen as (
    select * from {{ ref('int_resultaatrij') }}
),

cijfers as (
    select * from {{ ref('int_doelreeks') }}
    where periode_soort in ('jaar', 'jtd')
),

cellen as (
    select
        r.plan_code, r.volgorde, r.regio_code, 'basisjaar' as soort, b.jaar, b.waarde, b.status_waarde,
        b.voorlopig, b.levering_id, null as bron, null::date as eind_datum,
        b.jaar || case when b.benaderd then ' (deel van het jaar)' else '' end as kolom
    from rijen as r
    inner join {{ ref('int_doel_basisjaar') }} as b
        on r.indicator_code = b.indicator_code
            and r.regio_code = b.regio_code
            and r.maat = b.maat
            and r.nulmeting = b.nulmeting
    union all
    select
        r.plan_code, r.volgorde, r.regio_code, v.soort, null as jaar, v.waarde,
        case when v.waarde is null then g.status_waarde when v.waarde = 0 then 'nul' else 'gepubliceerd' end
            as status_waarde,
        g.voorlopig, g.levering_id, null as bron, null::date as eind_datum, v.kolom
    from rijen as r
    inner join {{ ref('int_doel_gemiddelde') }} as g
        on r.indicator_code = g.indicator_code
            and r.regio_code = g.regio_code
            and r.maat = g.maat
            and r.nulmeting = g.nulmeting
    cross join
        lateral (
            values
            ('gemiddelde_gedrukt', 'gemiddelde, als gedrukt', g.gedrukt),
            ('gemiddelde_op_jaarbasis', 'gemiddelde, op jaarbasis', g.op_jaarbasis),
            ('gemiddelde_naar_dagen', 'gemiddelde, naar dagen', g.naar_dagen)
        ) as v (soort, kolom, waarde)
    union all
    select
        r.plan_code, r.volgorde, r.regio_code,
        case c.periode_soort when 'jaar' then 'planjaar' else 'zelfde_maanden' end as soort,
        extract(year from c.begin_datum)::integer as jaar, c.waarde, c.status_waarde, c.voorlopig, c.levering_id,
        c.bron, c.eind_datum, c.label as kolom
    from rijen as r
    inner join cijfers as c on r.indicator_code = c.indicator_code and r.regio_code = c.regio_code and r.maat = c.maat
    where
        (c.periode_soort = 'jaar' and c.begin_datum >= r.van and c.eind_datum <= r.tot)
        or (c.periode_soort = 'jtd' and c.begin_datum between r.nulmeting_van and r.tot and c.eind_datum <= r.tot)
)

select
    c.plan_code, c.volgorde, c.regio_code, c.soort, c.jaar, c.kolom,
    case
        when c.status_waarde not in ('onderdrukt', 'verborgen', 'nog_niet_beschikbaar', 'niet_uitgevoerd') then c.waarde
    end as waarde,
    c.status_waarde, c.voorlopig, c.levering_id, c.bron, c.eind_datum,
    r.hoofdthema, r.rij, r.indicator_code, r.maat, r.nulmeting, r.nulmeting_van, r.nulmeting_tot, r.van
from cellen as c
inner join rijen as r on c.plan_code = r.plan_code and c.volgorde = r.volgorde and c.regio_code = r.regio_code
