{{ config(indexes=[{'columns': ['indicator_code', 'gemeente_code']}]) }}

-- Events of all registers: a row per registration and indicator that it counts for, and the counts of registrations
-- that are past their retention. A count holds the same cases up to three times, for different uses (`telling`).
-- What is asked after so many days (`volgtijd`) counts when it has been followed that long.
with gebeurtenissen as (
    {% for register in registers() -%}
        select * from {{ ref('stg_register__' ~ register) }}
        {{- '\n        union all' if not loop.last }}
    {% endfor %}
),

tellingen as (
    select * from {{ ref('stg_register_telling') }}
),

samen as (
    select
        register, indicator_code, rij, gemeente_code, buurt_code, datum, tot, n, waarde, per, levering_id,
        null::text as telling
    from gebeurtenissen
    union all
    select
        register, indicator_code, rij, gemeente_code, buurt_code, datum, null as tot, n, waarde, null as per,
        levering_id, soort as telling
    from tellingen
),

gezien as (
    select * from {{ ref('int_register_gezien') }}
)

select
    s.register, s.indicator_code, s.rij, s.gemeente_code, s.buurt_code, s.datum, s.tot, s.n, s.waarde, s.per,
    s.levering_id, s.telling,
    extract(year from s.datum)::integer * 12 + extract(month from s.datum)::integer - 1 as maand_index
from samen as s
left join {{ ref('int_register_indicator') }} as i on s.indicator_code = i.indicator_code
left join gezien as z on s.register = z.register and s.gemeente_code = z.gemeente_code
where i.volgtijd is null or s.datum + i.volgtijd <= z.laatste_dag
