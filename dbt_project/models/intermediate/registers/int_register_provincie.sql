{{ config(indexes=[{'columns': ['indicator_code', 'periode_code', 'gebied_code'], 'unique': true}]) }}

-- Disclosure, over areas, next: what a province hides are the municipalities that are hidden in no partnership whose
-- sum is shown. A police unit of the same municipalities has the figures of the province.
with cijfers as (
    {{ cijfers_met_openbaarheid() }}
),

gedekt as (
    select s.indicator_code, s.periode_code, l.gemeente_code
    from {{ ref('int_register_samenwerking') }} as s
    inner join {{ ref('int_register_lid') }} as l on s.gebied_code = l.gebied_code
    where s.openbaar and s.geleverd = s.leden and l.genest
),

sommen as (
    select
        c.indicator_code, c.periode_code, c.periode_soort, c.begin_index, c.eind_index, l.gebied_code, l.leden,
        count(*) filter (where c.reden is null)::integer as geleverd,
        coalesce(bool_or(c.reden = 'nog_niet_beschikbaar'), false) or count(*) < l.leden as ontbreekt,
        sum(c.n) as n,
        sum(c.waarde) as waarde,
        {{ verborgen_blok('c', 'd.gemeente_code is null') }} as openbaar,
        max(c.levering_id) as levering_id
    from cijfers as c
    inner join {{ ref('int_register_lid') }} as l on c.gemeente_code = l.gemeente_code
    left join gedekt as d
        on
            c.indicator_code = d.indicator_code and c.periode_code = d.periode_code
            and c.gemeente_code = d.gemeente_code
    where l.gebied_soort <> 'samenwerkingsgebied' and l.zelfde_als is null
    group by
        c.indicator_code, c.periode_code, c.periode_soort, c.begin_index, c.eind_index, l.gebied_code, l.leden, l.genest
)

select * from sommen
