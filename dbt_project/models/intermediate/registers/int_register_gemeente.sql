{{ config(indexes=[{'columns': ['indicator_code', 'gemeente_code', 'periode_code'], 'unique': true}]) }}

-- Counts and shares per municipality and period, exact: not for readers. `reden` says why there is none: not
-- delivered (in full, or without a column), or not done by a municipality that said so. Parts of a total are there per
-- year only. `tegendeel`: what a total leaves of the total that it is a part of, where that is enough to be shown.
-- What is asked of a case after so many days (`volgtijd`) is there when all of its period were followed that long: a
-- share that grew with every delivery would tell of each how many cases it added.
with leveringen as (
    select * from {{ ref('int_register_levering_periode') }}
),

indicatoren as (
    select * from {{ ref('int_register_indicator') }}
    where berekening in ('telling', 'aandeel')
),

maanden as (
    select * from {{ ref('int_register_maand') }}
),

voetnoten as (
    select indicator_code, regio_code, van, tot from {{ ref('int_doel_voetnoot') }}
    where soort = 'niet_uitgevoerd'
),

totalen as (
    select
        i.indicator_code, l.gemeente_code, l.periode_code, l.periode_soort, l.begin_index, l.eind_index, l.jaar,
        l.geleverd and (i.volgtijd is null or {{ eerste_dag('l.eind_index + 1') }} - 1 + i.volgtijd <= z.laatste_dag)
            as geleverd,
        coalesce(sum(m.n), 0) as n,
        coalesce(sum(m.waarde), 0) as waarde,
        greatest(max(l.levering_id), max(m.levering_id)) as levering_id
    from leveringen as l
    inner join indicatoren as i
        on l.register = i.register and (l.periode_soort = 'jaar' or (i.basis and i.berekening = 'telling'))
    left join maanden as m
        on
            i.indicator_code = m.indicator_code and l.gemeente_code = m.gemeente_code
            and m.maand_index between l.begin_index and l.eind_index
    left join {{ ref('int_register_gezien') }} as z on l.register = z.register and l.gemeente_code = z.gemeente_code
    group by
        i.indicator_code, i.volgtijd, l.gemeente_code, l.periode_code, l.periode_soort, l.begin_index, l.eind_index,
        l.jaar, l.geleverd, z.laatste_dag
),

sommen as (
    select
        indicator_code, gemeente_code, periode_code, periode_soort, begin_index, eind_index, jaar, n, waarde,
        geleverd and not {{ zonder_kolom('t.indicator_code', 't.gemeente_code', 't') }} as geleverd,
        levering_id
    from totalen as t
)

select
    s.indicator_code, s.gemeente_code, s.periode_code, s.periode_soort, s.begin_index, s.eind_index, s.jaar,
    case when s.geleverd then s.n end as n,
    case when s.geleverd then s.waarde end as waarde,
    case when s.geleverd and w.geleverd and w.n >= i.min_cel then w.n - s.n end as tegendeel,
    case
        when s.n = 0 and v.regio_code is not null then 'niet_uitgevoerd'
        when not s.geleverd then 'nog_niet_beschikbaar'
    end as reden,
    s.levering_id
from sommen as s
inner join indicatoren as i on s.indicator_code = i.indicator_code
left join sommen as w
    on i.geheel = w.indicator_code and s.gemeente_code = w.gemeente_code and s.periode_code = w.periode_code
left join voetnoten as v
    on
        s.indicator_code = v.indicator_code and s.gemeente_code = v.regio_code
        and s.begin_index <= {{ maand_van('v.tot') }} and s.eind_index >= {{ maand_van('v.van') }}
