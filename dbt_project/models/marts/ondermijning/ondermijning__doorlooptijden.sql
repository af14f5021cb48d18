-- Lead times per step, p50 and p90 side by side: of all events of an area together.
with cijfers as (
    select
        *,
        regexp_replace(indicator_code, '-P(50|90)$', '') as stap_code
    from {{ ref('int_register_cijfer') }}
    where berekening in ('p50', 'p90') and indicator_code ~ '^(MELD|SLUIT|ADRES|VERG)-'
),

namen as (
    select
        regexp_replace(indicator_code, '-P(50|90)$', '') as stap_code,
        min(regexp_replace(naam, ' \((mediaan|90e percentiel)\)$', '')) as stap
    from {{ ref('int_indicator') }}
    where indicator_code ~ '-P(50|90)$'
    group by regexp_replace(indicator_code, '-P(50|90)$', '')
)

select
    c.stap_code, n.stap, c.regio_code, c.niveau, c.periode_code, c.periode_soort,
    max(c.waarde) filter (where c.berekening = 'p50') as p50_dagen,
    max(c.waarde) filter (where c.berekening = 'p90') as p90_dagen,
    min(c.status_waarde) as status_waarde,
    bool_or(c.voorlopig) as voorlopig,
    max(c.register) as bron,
    max(c.bron_soort) as bron_soort,
    max(c.levering_id) as levering_id,
    max(c.bijgewerkt_op) as bijgewerkt_op
from cijfers as c
inner join namen as n on c.stap_code = n.stap_code
group by c.stap_code, n.stap, c.regio_code, c.niveau, c.periode_code, c.periode_soort
