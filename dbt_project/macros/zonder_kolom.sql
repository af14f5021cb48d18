{#- Whether a delivery lacked a column that the measure needs, in a month of the period; or in any month up to its end,
    for what holds on a day (`peil`): what began earlier counts there too. -#}
{% macro zonder_kolom(indicator, regio, periode, peil=false) -%}
exists (
        select from {{ ref('int_register_zonder') }} as zonder
        where
            zonder.indicator_code = {{ indicator }} and zonder.regio_code = {{ regio }}
            and zonder.maand_index between {{ 0 if peil else periode ~ '.begin_index' }} and {{ periode }}.eind_index
    )
{%- endmacro %}
