{#- Counts of partnerships per `tijd` (column): the sum over their municipalities of today, empty as soon as one is
    missing. -#}
{% macro som_over_leden(cijfers, tijd) -%}
with cijfers as (
    select * from {{ ref(cijfers) }}
),

gebieden as (
    select * from {{ ref('int_samenwerkingsgebied') }}
),

leden as (
    select gebied_code, gemeente_code from {{ ref('gebied_gemeente') }}
    where gebied_soort = 'samenwerkingsgebied' and geldig_tot is null
),

sommen as (
    select
        c.indicator_code,
        g.regio_code,
        c.{{ tijd }},
        g.aantal_leden,
        sum(c.waarde)::integer as som,
        count(c.waarde) as bekend,
        count(*) filter (where c.status_waarde = 'niet_gepubliceerd_op_niveau') as verborgen,
        count(*) filter (where c.status_waarde = 'onderdrukt') as onderdrukt,
        max(c.levering_id) as levering_id
    from gebieden as g
    inner join leden as l on g.regio_code = l.gebied_code
    inner join cijfers as c on l.gemeente_code = c.regio_code
    group by c.indicator_code, g.regio_code, c.{{ tijd }}, g.aantal_leden
)

select
    indicator_code,
    regio_code,
    {{ tijd }},
    case when bekend = aantal_leden then som end as waarde,
    {{ status_van_som('som', 'bekend', 'aantal_leden', 'verborgen', 'onderdrukt') }} as status_waarde,
    levering_id
from sommen
{%- endmacro %}
