{#- Figures of a choice of indicators beside each other, one row per figure; of the police as well, where a register
    has a counterpart there. Every figure keeps its own source: they are not to be added. -#}
{% macro registertabel(voorwaarde, politie=none) -%}
with cijfers as (
    select
        indicator_code, regio_code, niveau, periode_code, periode_soort, eenheid as maat, waarde, status_waarde,
        voorlopig, register as bron, bron_soort, reeks, levering_id, bijgewerkt_op
    from {{ ref('int_register_cijfer') }}
    where {{ voorwaarde }}
    {%- if politie %}
    union all
    select
        indicator_code, regio_code, niveau, periode_code, periode_soort, 'aantal' as maat,
        teller::double precision as waarde, status_waarde, voorlopig, bron, bron_soort, reeks, levering_id, bijgewerkt_op
    from ({{ alle_cijfers() }}) as alle
    where indicator_code = '{{ politie }}'
    {%- endif %}
),

indicatoren as (
    select indicator_code, naam from {{ ref('int_indicator') }}
)

select
    c.indicator_code, i.naam as onderdeel, c.regio_code, c.niveau, c.periode_code, c.periode_soort, c.maat, c.waarde,
    c.status_waarde, c.voorlopig, c.bron, c.bron_soort, c.reeks, c.levering_id, c.bijgewerkt_op
from cijfers as c
inner join indicatoren as i on c.indicator_code = i.indicator_code
{%- endmacro %}
