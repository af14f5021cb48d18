-- noqa: disable=LT02
{#- Events of a register: a row per registration and indicator that it counts for, with the SQL of its contract. -#}
{% macro register_gebeurtenissen(register) -%}
{%- set contract = register_maten()[register] -%}
with rijen as (
    select rij.* from {{ source('raw', register) }} as rij
    where {{ bekend('rij') }}
)

select
    '{{ register }}' as register,
    maat.indicator_code,
    rijen.levering_van || ' ' || coalesce(rijen.werkblad, '') || ' ' || rijen.rijnummer || ' ' || rijen.bestand as rij,
    rijen.gemeente as gemeente_code,
    {{ contract.buurt }}::text as buurt_code,
    maat.datum,
    maat.tot,
    maat.n::double precision as n,
    maat.waarde::double precision as waarde,
    maat.per::text as per,
    rijen.levering_van as levering_id
from rijen
cross join lateral (
    values
    {%- for m in contract.maten %}
    ('{{ m.code }}', ({{ m.waar }}), ({{ m.datum }})::date, ({{ m.tot }})::date, {{ m.n }}, {{ m.waarde }}, ({{ m.per }})::text)
    {{- ',' if not loop.last }}
    {%- endfor %}
) as maat (indicator_code, geldt, datum, tot, n, waarde, per)
where maat.geldt and maat.datum is not null and maat.n is not null and maat.waarde is not null
{%- endmacro %}

{#- Events of all registers that have a contract; every one must have its staging model. -#}
{% macro alle_gebeurtenissen() -%}
{%- for register in register_maten() %}
select * from {{ ref('stg_register__' ~ register) }}
{{- '\nunion all' if not loop.last }}
{%- endfor %}
{%- endmacro %}
