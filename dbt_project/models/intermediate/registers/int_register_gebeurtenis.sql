{{ config(indexes=[{'columns': ['indicator_code', 'gemeente_code']}]) }}

-- Events of all registers: a row per registration and indicator that it counts for.
with gebeurtenissen as (
    {{ alle_gebeurtenissen() | indent(4) }}
)

select
    register, indicator_code, rij, gemeente_code, buurt_code, datum, tot, n, waarde, per, levering_id,
    extract(year from datum)::integer * 12 + extract(month from datum)::integer - 1 as maand_index
from gebeurtenissen
