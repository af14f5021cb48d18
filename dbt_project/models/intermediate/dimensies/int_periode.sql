-- Contiguous periods of every kind over the months of the sources.
with maanden as (
    select * from {{ ref('int_kalendermaand') }}
),

soorten as (
    select *
    from (
        values ('maand', 'MM', 1), ('r12m', 'RM', 2), ('jtd', 'JT', 3), ('jaar', 'JJ', 4), ('kwartaal', 'KW', 5)
    ) as s (periode_soort, letters, volgorde)
),

perioden as (
    select
        s.periode_soort,
        s.volgorde as soort_volgorde,
        m.jaar,
        m.maand,
        m.jaar || s.letters
        || case s.periode_soort
            when 'jaar' then '00'
            when 'kwartaal' then lpad((m.maand / 3)::text, 2, '0')
            else lpad(m.maand::text, 2, '0')
        end as periode_code,
        case s.periode_soort
            when 'maand' then m.maand_index
            when 'kwartaal' then m.maand_index - 2
            when 'r12m' then m.maand_index - 11
            else m.jaar * 12
        end as begin_index,
        m.maand_index as eind_index
    from maanden as m
    cross join soorten as s
    where
        (s.periode_soort <> 'jaar' or m.maand = 12)
        and (s.periode_soort <> 'kwartaal' or m.maand % 3 = 0)
        and (s.periode_soort <> 'r12m' or m.maand_index - 11 >= m.eerste)
)

select
    periode_code,
    periode_soort,
    case periode_soort
        when 'maand' then {{ maandlabel('eind_index') }}
        when 'r12m' then {{ maandlabel('begin_index') }} || ' t/m ' || {{ maandlabel('eind_index') }}
        when 'kwartaal' then maand / 3 || 'e kw. ' || jaar
        when 'jtd' then 'jan. t/m ' || {{ maandlabel('eind_index') }}
        else jaar::text
    end as label,
    jaar,
    case when periode_soort <> 'jaar' then maand end as maand,
    make_date(begin_index / 12, begin_index % 12 + 1, 1) as begin_datum,
    (make_date(eind_index / 12, eind_index % 12 + 1, 1) + interval '1 month' - interval '1 day')::date as eind_datum,
    begin_index,
    eind_index,
    soort_volgorde * 100000 + eind_index as volgorde
from perioden
