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
    {{ register_sommen('cijfers', "l.gebied_soort <> 'samenwerkingsgebied' and l.zelfde_als is null", 'gedekt') }}
)

select * from sommen
