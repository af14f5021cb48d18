-- Rolling twelve months for municipality and higher: the sum over the last twelve months, empty when one is missing. A
-- window that reaches back beyond the first month of a series is no period and has no row. Breaks are judged in
-- int_indicatorcijfer.
with maanden as (
    select indicator_code, regio_code, maand_index, waarde, status_waarde, levering_id
    from {{ ref('int_maand_gemeente') }}
    union all
    select indicator_code, regio_code, maand_index, waarde, status_waarde, levering_id
    from {{ ref('int_maand_samenwerking') }}
),

vensters as (
    select
        indicator_code,
        regio_code,
        maand_index,
        sum(waarde) over venster as som,
        count(waarde) over venster as bekend,
        count(*) over venster as maanden,
        count(*) filter (where status_waarde = 'niet_gepubliceerd_op_niveau') over venster as verborgen,
        count(*) filter (where status_waarde = 'onderdrukt') over venster as onderdrukt,
        max(levering_id) over venster as levering_id
    from maanden
    window venster as (
        partition by indicator_code, regio_code order by maand_index
        range between 11 preceding and current row
    )
)

select
    indicator_code,
    regio_code,
    maand_index,
    case when bekend = 12 then som::integer end as waarde,
    {{ status_van_som('som', 'bekend', '12', 'verborgen', 'onderdrukt') }} as status_waarde,
    levering_id
from vensters
where maanden = 12
