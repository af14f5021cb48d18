-- Percentiles of lead times per quarter, year and rolling year, over all cases of an area together: never a mean of
-- medians. A case without an end counts for as long as it has been seen (Kaplan-Meier): leaving it out would make not
-- acting look fast. Where half (or nine in ten) have not ended yet there is no figure. Below `min_cel` cases that ended
-- nothing is shown, and never how many there were.
with leden as (
    select gebied_code as regio_code, gemeente_code from {{ ref('int_register_lid') }}
    union all
    select gemeente_code as regio_code, gemeente_code from {{ ref('int_werkgebied') }}
),

perioden as (
    select
        p.regio_code, p.periode_code, p.periode_soort, p.begin_index, p.eind_index, p.levering_id,
        p.volledig and p.vernietigd is not true
        and not {{ zonder_kolom('i.indicator_code', 'p.regio_code', 'p') }} as volledig,
        i.indicator_code, i.berekening, greatest(i.min_cel, 5) as minimum
    from {{ ref('int_register_regio_periode') }} as p
    inner join {{ ref('int_register_indicator') }} as i on p.register = i.register
    where i.berekening in ('p50', 'p90') and p.periode_soort in ('kwartaal', 'r12m', 'jaar')
),

delen as (
    select indicator_code, case berekening when 'p50' then 0.5 else 0.9 end as deel
    from {{ ref('int_register_indicator') }}
    where berekening in ('p50', 'p90')
),

gezien as (
    select * from {{ ref('int_register_gezien') }}
),

-- Materialized, and periods by their months: events, then areas, then periods is the only order that is fast.
gebeurtenissen as materialized (
    select
        g.indicator_code, l.regio_code, g.maand_index, g.levering_id, g.waarde < 'infinity' as af,
        case when g.waarde < 'infinity' then g.waarde else greatest(0, z.laatste_dag - g.datum) end as dagen
    from {{ ref('int_register_gebeurtenis') }} as g
    inner join {{ ref('int_register_indicator') }} as i on g.indicator_code = i.indicator_code
    inner join leden as l on g.gemeente_code = l.gemeente_code
    left join gezien as z on g.register = z.register and g.gemeente_code = z.gemeente_code
    where i.berekening in ('p50', 'p90')
),

maanden as materialized (
    select p.indicator_code, p.regio_code, p.periode_code, m.maand_index
    from perioden as p
    cross join lateral generate_series(p.begin_index, p.eind_index) as m (maand_index)
    where p.volledig
),

dagen as (
    select
        m.indicator_code, m.regio_code, m.periode_code, g.dagen,
        count(*) filter (where g.af) as af,
        sum(count(*)) over (reeks order by g.dagen desc) as nog_open,
        sum(count(*)) over (reeks) as n,
        max(g.levering_id) as levering_id
    from gebeurtenissen as g
    inner join maanden as m
        on g.indicator_code = m.indicator_code and g.regio_code = m.regio_code and g.maand_index = m.maand_index
    group by m.indicator_code, m.regio_code, m.periode_code, g.dagen
    window reeks as (partition by m.indicator_code, m.regio_code, m.periode_code)
),

-- The share that is done after so many days: of those still open the day before, each day keeps what did not end.
verloop as (
    select
        *,
        1 - exp(sum(case when af = nog_open then -99 else ln(1 - af::double precision / nog_open) end) over reeks)
            as klaar,
        lead(dagen) over reeks as volgende
    from dagen
    where af > 0
    window reeks as (partition by indicator_code, regio_code, periode_code order by dagen)
),

verzameld as (
    select
        v.indicator_code, v.regio_code, v.periode_code,
        max(v.n) as n, sum(v.af) as af, max(v.levering_id) as levering_id,
        -- Between two days when exactly that share was done.
        (
            array_agg(
                (v.dagen + case when v.klaar < d.deel + 1e-9 then coalesce(v.volgende, v.dagen) else v.dagen end) / 2
                order by v.dagen
            ) filter (where v.klaar > d.deel - 1e-9)
        )[1] as dagen
    from verloop as v
    inner join delen as d on v.indicator_code = d.indicator_code
    group by v.indicator_code, v.regio_code, v.periode_code
)

select
    p.indicator_code, p.regio_code, p.periode_code, p.periode_soort, p.begin_index, p.eind_index,
    case when v.af >= p.minimum then v.dagen end as waarde,
    case
        when not p.volledig then 'nog_niet_beschikbaar'
        when v.af < p.minimum or v.af is null then 'verborgen'
        when v.dagen is null then 'nog_niet_beschikbaar'
    end as reden,
    case
        when v.n >= {{ var('weinig_zaken') }} and v.af >= p.minimum and (v.n = v.af or v.n - v.af >= p.minimum)
            then 100.0::double precision * (v.n - v.af) / v.n
    end as zonder_einde_pct,
    coalesce(v.levering_id, p.levering_id) as levering_id
from perioden as p
left join verzameld as v
    on p.indicator_code = v.indicator_code and p.regio_code = v.regio_code and p.periode_code = v.periode_code
