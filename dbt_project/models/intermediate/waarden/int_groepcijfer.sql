{{ config(materialized='view') }}

-- Counts of groups of soorten, per year and rolling year: the sum over the soorten, empty as soon as one is missing.
with cijfers as (
    select * from {{ ref('int_cijfer') }}
    where periode_soort in ('jaar', 'r12m')
),

groepen as (
    select groep_code, groep_naam, 'MIS-' || soort as indicator_code, count(*) over (partition by groep_code) as soorten
    from {{ ref('misdrijfgroep') }}
),

sommen as (
    select
        g.groep_code, g.groep_naam, g.soorten::integer as soorten,
        c.regio_code, c.niveau, c.periode_code, c.periode_soort, c.eind_index,
        sum(c.teller)::integer as som,
        count(c.teller) as bekend,
        count(*) filter (where c.status_waarde = 'niet_gepubliceerd_op_niveau') as verborgen,
        count(*) filter (where c.status_waarde = 'onderdrukt') as onderdrukt,
        bool_or(c.status_waarde = 'niet_vergelijkbaar') as breuk,
        max(c.noemer) as noemer,
        min(c.status_noemer) as status_noemer,
        bool_or(c.voorlopig) as voorlopig,
        max(c.bron) as bron,
        max(c.bron_soort) as bron_soort,
        max(c.levering_id) as levering_id,
        max(c.bijgewerkt_op) as bijgewerkt_op
    from cijfers as c
    inner join groepen as g on c.indicator_code = g.indicator_code
    group by
        g.groep_code, g.groep_naam, g.soorten, c.regio_code, c.niveau, c.periode_code, c.periode_soort, c.eind_index
)

select
    groep_code, groep_naam, soorten, regio_code, niveau, periode_code, periode_soort, eind_index,
    case when bekend = soorten then som end as teller,
    noemer,
    status_noemer,
    case
        when bekend = soorten and breuk then 'niet_vergelijkbaar'
        else {{ status_van_som('som', 'bekend', 'soorten', 'verborgen', 'onderdrukt') }}
    end as status_waarde,
    voorlopig and bekend = soorten as voorlopig,
    bron, bron_soort, levering_id, bijgewerkt_op
from sommen
