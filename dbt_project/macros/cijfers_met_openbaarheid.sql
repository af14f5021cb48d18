{#- Figures of municipalities with what decides whether a sum over them may be shown; input of `verborgen_blok`. -#}
{% macro cijfers_met_openbaarheid() -%}
select g.*, o.openbaar, o.rest, o.hoogste, i.min_cel, i.berekening, i.basis or i.berekening = 'aandeel' as samen
    from {{ ref('int_register_gemeente') }} as g
    inner join {{ ref('int_register_indicator') }} as i on g.indicator_code = i.indicator_code
    left join {{ ref('int_register_openbaar') }} as o
        on g.indicator_code = o.indicator_code and g.gemeente_code = o.gemeente_code and g.periode_code = o.periode_code
{%- endmacro %}
