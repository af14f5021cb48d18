-- What each dataset holds per level and kind of period, beside what its code lists promise for the work area. A part
-- that never came has a row as well.
with cellen as (
    select levering_id, regio_code, periode_soort, maand_index, count(*) as cellen, count(waarde) as met_waarde
    from {{ ref('int_cel_gemeente') }}
    group by levering_id, regio_code, periode_soort, maand_index
    union all
    select levering_id, regio_code, periode_soort, maand_index, count(*) as cellen, count(waarde) as met_waarde
    from {{ ref('int_cel_buurt') }}
    group by levering_id, regio_code, periode_soort, maand_index
    union all
    select
        levering_id, regio_code, 'JJ' as periode_soort, jaar * 12 as maand_index,
        count(*) as cellen, count(inwoners) as met_waarde
    from {{ ref('stg_cbs__bevolking') }}
    group by levering_id, regio_code, jaar
    union all
    select
        levering_id, regio_code, 'JJ' as periode_soort, jaar * 12 as maand_index,
        count(*) as cellen, count(totaal_misdrijven) as met_waarde
    from {{ ref('stg_cbs__criminaliteit') }}
    group by levering_id, regio_code, jaar
    union all
    select
        levering_id, regio_code, 'JJ' as periode_soort, jaar * 12 as maand_index,
        count(*) as cellen, count(waarde) as met_waarde
    from {{ ref('stg_enquete__gepubliceerd') }}
    group by levering_id, regio_code, jaar
),

geleverd as (
    select
        l.dataset, r.niveau, c.periode_soort,
        count(distinct c.regio_code)::integer as regios_geleverd,
        count(distinct c.maand_index)::integer as perioden_geleverd,
        min(c.maand_index) as eerste_index,
        max(c.maand_index) as laatste_index,
        sum(c.cellen)::bigint as cellen,
        sum(c.met_waarde)::bigint as cellen_met_waarde,
        max(c.levering_id) as levering_id
    from cellen as c
    inner join {{ ref('stg_levering') }} as l on c.levering_id = l.levering_id
    inner join {{ ref('int_regio') }} as r
        on case c.regio_code when 'NL00' then 'NL01' else c.regio_code end = r.regio_code
    group by l.dataset, r.niveau, c.periode_soort
),

verwacht as (
    select * from {{ ref('int_dekking_verwacht') }}
),

leveringen as (
    select * from {{ ref('int_levering') }}
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
