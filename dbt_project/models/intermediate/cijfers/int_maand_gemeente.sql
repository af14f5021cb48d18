-- Monthly counts, dense: every indicator x region of the work area x month that the source's code list knows.
-- A month that the source did not deliver stays empty and says so.
with indicatoren as (
    select * from {{ ref('int_indicator') }}
),

regios as (
    select * from {{ ref('int_dataset_regio') }}
),

maanden as (
    select familie, jaar * 12 + periode_nr - 1 as maand_index, bool_or(schaal = 'gemeente') as alle_regios
    from {{ ref('int_dataset_periode') }}
    where periode_soort = 'MM'
    group by familie, jaar, periode_nr
),

gemeente as (
    select * from {{ ref('int_cel_gemeente') }}
    where periode_soort = 'MM'
),

-- The Netherlands, per indicator: the table per municipality when it has months for the country (NL01), else the table
-- per neighbourhood (NL00). Never both in one series.
cellen as (
    select indicator_code, regio_code, maand_index, waarde, status_waarde, levering_id from gemeente
    union all
    select indicator_code, 'NL01' as regio_code, maand_index, waarde, status_waarde, levering_id
    from {{ ref('int_cel_buurt') }}
    where
        periode_soort = 'MM' and regio_code = 'NL00'
        and indicator_code not in (
            select g.indicator_code from gemeente as g
            where g.regio_code = 'NL01'
        )
),

raster as (
    select i.indicator_code, i.alleen_jaar, r.regio_code, m.maand_index
    from indicatoren as i
    inner join regios as r on i.familie = r.familie
    inner join maanden as m on i.familie = m.familie and (m.alle_regios or r.niveau = 'nederland')
)

select
    r.indicator_code,
    r.regio_code,
    r.maand_index,
    c.waarde,
    case
        when r.alleen_jaar then 'niet_gepubliceerd_op_niveau'
        else coalesce(c.status_waarde, 'nog_niet_beschikbaar')
    end as status_waarde,
    c.levering_id
from raster as r
left join cellen as c
    on
        r.indicator_code = c.indicator_code
        and r.regio_code = c.regio_code
        and r.maand_index = c.maand_index
