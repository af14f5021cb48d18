{#- Condition that keeps one version per row: the current one, or the one known at `peilmoment`. -#}
{% macro bekend(relatie) -%}
    {%- if var('peilmoment', none) -%}
        {{ relatie }}.levering_van in ({{ verwerkt_op_peilmoment() }})
        and (
            {{ relatie }}.levering_tot is null
            or {{ relatie }}.levering_tot not in ({{ verwerkt_op_peilmoment() }})
        )
    {%- else -%}
        {{ relatie }}.levering_tot is null
    {%- endif -%}
{%- endmacro %}

{#- Deliveries that had been merged into raw at `peilmoment`; without one, all that are merged. -#}
{% macro verwerkt_op_peilmoment() -%}
    select verwerkt.levering_id
    from {{ source('raw', 'levering') }} as verwerkt
    where verwerkt.status = 'verwerkt'
    {%- if var('peilmoment', none) %} and verwerkt.verwerkt_op <= cast('{{ var("peilmoment") }}' as timestamptz){% endif %}
{%- endmacro %}
