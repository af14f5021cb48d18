{{ config(indexes=[{'columns': ['indicator_code', 'periode_code', 'gebied_code'], 'unique': true}]) }}

-- Disclosure, over areas, next: municipalities that are hidden in a partnership whose sum is shown are accounted for.
-- If that sum is hidden too, so is the province: why it is hidden says something of them. What is left are those in no
-- partnership. A police unit of the same municipalities has the figures of the province.
with cijfers as (
    {{ cijfers_met_openbaarheid() }}
),

gedekt as (
    select
        s.indicator_code, s.periode_code, l.gemeente_code,
        s.openbaar and s.geleverd = s.leden as getoond
    from {{ ref('int_register_samenwerking') }} as s
    inner join {{ ref('int_register_lid') }} as l on s.gebied_code = l.gebied_code
    where l.genest
),

sommen as (
    {{ register_sommen('cijfers', "l.gebied_soort <> 'samenwerkingsgebied' and l.zelfde_als is null", 'gedekt') }}
)

select
    indicator_code, periode_code, periode_soort, begin_index, eind_index, gebied_code, leden, geleverd, ontbreekt,
    n, waarde, openbaar, null::double precision as minste, null::double precision as meeste, levering_id
from sommen
