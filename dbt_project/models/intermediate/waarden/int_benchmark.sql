-- The planner takes the figures of the CTE for few and sorts them by their codes to merge; hashing is twice as fast.
{{ config(pre_hook="set local enable_mergejoin = off") }}

-- Rates of municipalities and partnerships against the police unit, the province and the country that they lie in, and
-- of a municipality against all of its size: per region one ratio of sums (all counts over all inhabitants), never a
-- mean of municipal rates. The region itself is part of its benchmark. Periods: years, years to date, and the rolling
-- year that ends in the same month.
with samen as (
    {%- for model in ['int_cijfer', 'int_klassecijfer'] %}
        select
            familie, indicator_code, regio_code, niveau, periode_code, periode_soort, eind_index, teller, noemer,
            status_noemer, status_waarde, reeks, bron, bron_soort, voorlopig, levering_id, bijgewerkt_op
        from {{ ref(model) }}
        {{- ' union all' if not loop.last }}
    {%- endfor %}
),

cijfers as materialized (
    select c.*
    from samen as c
    left join {{ ref('int_peilmaand') }} as p on c.familie = p.familie
    where
        c.niveau not in ('wijk', 'buurt')
        and (c.periode_soort in ('jaar', 'jtd') or (c.periode_soort = 'r12m' and c.eind_index % 12 + 1 = p.maand))
),

regios as materialized (
    select r.regio_code, b.benchmark_code
    from {{ ref('int_regio') }} as r
    left join {{ ref('int_gemeente') }} as g on r.regio_code = g.gemeente_code and g.geldig_tot is null
    cross join
        lateral (values (r.regionale_eenheid_code), (r.provincie_code), ('NL01'), ('GK' || g.grootteklasse))
            as b (benchmark_code)
    where r.niveau in ('gemeente', 'samenwerkingsgebied') and r.werkgebied and b.benchmark_code is not null
),

paren as (
    select
        e.*,
        b.regio_code as benchmark_code,
        b.niveau as benchmark_niveau,
        b.teller as benchmark_teller,
        b.noemer as benchmark_noemer,
        {{ per_1000('e') }} as waarde,
        {{ per_1000('b') }} as benchmark_waarde,
        case
            when e.teller is null then e.status_waarde
            when e.status_noemer <> 'gepubliceerd' then e.status_noemer
            when b.teller is null then b.status_waarde
            when b.status_noemer <> 'gepubliceerd' then b.status_noemer
            else e.status_waarde
        end as status_verhouding
    from cijfers as e
    inner join regios as r on e.regio_code = r.regio_code
    inner join cijfers as b
        on r.benchmark_code = b.regio_code and e.indicator_code = b.indicator_code and e.periode_code = b.periode_code
),

verhoudingen as (
    select
        *,
        waarde / nullif(benchmark_waarde, 0) as verhouding,
        1.959964::double precision
        * sqrt(1.0::double precision / nullif(teller, 0) + 1.0::double precision / nullif(benchmark_teller, 0)) as marge
    from paren
)

select
    indicator_code, regio_code, niveau, benchmark_code, benchmark_niveau, periode_code, periode_soort,
    waarde, benchmark_waarde,
    waarde - benchmark_waarde as verschil,
    verhouding,
    verhouding * exp(-marge) as verhouding_ondergrens,
    verhouding * exp(marge) as verhouding_bovengrens,
    teller, noemer, benchmark_teller, benchmark_noemer,
    status_verhouding as status_waarde,
    voorlopig, bron, bron_soort, reeks, levering_id, bijgewerkt_op
from verhoudingen
