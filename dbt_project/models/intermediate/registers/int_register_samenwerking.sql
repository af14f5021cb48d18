{{ config(indexes=[{'columns': ['indicator_code', 'periode_code', 'gebied_code'], 'unique': true}]) }}

-- Disclosure, over areas: sums of partnerships and provinces, and whether they may be shown. A sum is shown when all
-- its municipalities are, or, over a year, when those that are not are at least two with enough cases together.
with cijfers as (
    select g.*, o.openbaar, o.rest, i.min_cel, i.berekening, i.basis or i.berekening = 'aandeel' as samen
    from {{ ref('int_register_gemeente') }} as g
    inner join {{ ref('register_indicator') }} as i on g.indicator_code = i.indicator_code
    left join {{ ref('int_register_openbaar') }} as o
        on g.indicator_code = o.indicator_code and g.gemeente_code = o.gemeente_code and g.periode_code = o.periode_code
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
