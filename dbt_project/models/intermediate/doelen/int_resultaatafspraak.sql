-- The table of agreed results of a plan, one row per region and main theme. The running year is held against the same
-- months of the years of the baseline; a baseline year counts there when those months lie wholly in it.
with cellen as (
    select * from {{ ref('int_resultaatcel') }}
),

peil as (
    select
        plan_code,
        volgorde,
        regio_code,
        max(jaar) filter (where soort = 'zelfde_maanden' and waarde is not null) as jaar
    from cellen
    group by plan_code, volgorde, regio_code
),

basis as (
    select c.plan_code, c.volgorde, c.regio_code, avg(c.waarde) as zelfde_maanden_nulmeting, count(c.waarde) as jaren
    from cellen as c
    inner join {{ ref('nulmeting_periode') }} as n on c.nulmeting = n.nulmeting
    where
        c.soort = 'zelfde_maanden' and c.jaar between extract(year from n.van) and extract(year from n.tot)
        and exists (
            select from {{ ref('int_doelreeks') }} as v
            where v.periode_soort = 'jtd' and v.label = c.kolom and v.eind_datum <= n.tot
        )
    group by c.plan_code, c.volgorde, c.regio_code
)

select
    c.plan_code, c.volgorde, c.regio_code,
    max(c.hoofdthema) as hoofdthema, max(c.rij) as rij, max(c.indicator_code) as indicator_code, max(c.maat) as maat,
    {% for jaar in range(2019, 2023) -%}
        max(c.waarde) filter (where c.soort = 'basisjaar' and c.jaar = {{ jaar }}) as basis_{{ jaar }},
    {% endfor -%}
    max(c.waarde) filter (where c.soort = 'gemiddelde_gedrukt') as gemiddelde_gedrukt,
    max(c.waarde) filter (where c.soort = 'gemiddelde_op_jaarbasis') as gemiddelde_op_jaarbasis,
    max(c.waarde) filter (where c.soort = 'gemiddelde_naar_dagen') as gemiddelde_naar_dagen,
    {% for jaar in range(2023, 2027) -%}
        max(c.waarde) filter (where c.soort = 'planjaar' and c.jaar = {{ jaar }}) as jaar_{{ jaar }},
    {% endfor -%}
    max(c.kolom) filter (where c.soort = 'zelfde_maanden' and c.jaar = p.jaar) as lopend_jaar,
    max(c.waarde) filter (where c.soort = 'zelfde_maanden' and c.jaar = p.jaar) as lopend_waarde,
    max(c.waarde) filter (where c.soort = 'zelfde_maanden' and c.jaar = p.jaar - 1) as zelfde_maanden_vorig_jaar,
    max(b.zelfde_maanden_nulmeting) as zelfde_maanden_nulmeting,
    max(b.jaren)::integer as zelfde_maanden_jaren,
    string_agg(distinct c.kolom || ': ' || c.status_waarde, '; ') filter (
        where c.waarde is null and c.soort <> 'zelfde_maanden'
    ) as leeg_omdat,
    max(c.levering_id) as levering_id
from cellen as c
left join peil as p on c.plan_code = p.plan_code and c.volgorde = p.volgorde and c.regio_code = p.regio_code
left join basis as b on c.plan_code = b.plan_code and c.volgorde = b.volgorde and c.regio_code = b.regio_code
group by c.plan_code, c.volgorde, c.regio_code
