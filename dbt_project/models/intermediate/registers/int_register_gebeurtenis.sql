{{ config(indexes=[{'columns': ['indicator_code', 'gemeente_code']}]) }}

-- Events of all registers: a row per registration and indicator that it counts for, and the counts of registrations
-- that are past their retention. A count holds the same cases up to three times, for different uses (`telling`).
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
)

select
    register, indicator_code, rij, gemeente_code, buurt_code, datum, tot, n, waarde, per, levering_id, telling,
    extract(year from datum)::integer * 12 + extract(month from datum)::integer - 1 as maand_index
from samen
