{{ config(indexes=[{'columns': ['indicator_code', 'periode_code', 'gebied_code'], 'unique': true}]) }}

-- Disclosure, over areas: sums of partnerships and provinces, and whether they may be shown. A sum is shown when all
-- its municipalities are, or, over a year, when those that are not are at least two with enough cases together.
with cijfers as (
    {{ cijfers_met_openbaarheid() }}
),

sommen as (
    select
        c.indicator_code, c.periode_code, c.periode_soort, c.begin_index, c.eind_index, l.gebied_code, l.leden,
        count(*) filter (where c.reden is null)::integer as geleverd,
        coalesce(bool_or(c.reden = 'nog_niet_beschikbaar'), false) or count(*) < l.leden as ontbreekt,
        sum(c.n) as n,
        sum(c.waarde) as waarde,
        {{ verborgen_blok('c', 'true') }} as openbaar,
        max(c.levering_id) as levering_id
    from cijfers as c
    inner join {{ ref('int_register_lid') }} as l on c.gemeente_code = l.gemeente_code
    where l.gebied_soort = 'samenwerkingsgebied'
    group by
        c.indicator_code, c.periode_code, c.periode_soort, c.begin_index, c.eind_index, l.gebied_code, l.leden, l.genest
)

select * from sommen
