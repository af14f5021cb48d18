-- What each dataset holds per level and kind of period, beside what its code lists promise for the work area. A part
-- that never came has a row as well.
with geleverd as (
    select * from {{ ref('int_dekking_geleverd') }}
),

verwacht as (
    select * from {{ ref('int_dekking_verwacht') }}
),

leveringen as (
    select * from {{ ref('int_bronlevering') }}
)

select
    v.dataset, v.tabel, v.niveau, v.periode_soort,
    case
        when g.cellen is null then 'niet_geleverd'
        when g.regios_geleverd < v.regios_codelijst or g.perioden_geleverd < v.perioden_codelijst then 'gedeeltelijk'
        else 'geleverd'
    end as status,
    v.regios_codelijst,
    coalesce(g.regios_geleverd, 0) as regios_geleverd,
    v.perioden_codelijst,
    coalesce(g.perioden_geleverd, 0) as perioden_geleverd,
    {{ periode_van_bron('g.eerste_index', 'v.periode_soort') }} as eerste_periode,
    {{ periode_van_bron('g.laatste_index', 'v.periode_soort') }} as laatste_periode,
    coalesce(g.cellen, 0) as cellen,
    coalesce(g.cellen_met_waarde, 0) as cellen_met_waarde,
    l.bron_soort,
    g.levering_id
from verwacht as v
left join geleverd as g
    on v.dataset = g.dataset and v.niveau = g.niveau and v.periode_soort = g.periode_soort
left join leveringen as l on g.levering_id = l.levering_id
