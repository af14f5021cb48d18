{#- Code of a survey indicator: with the age group behind it unless all ages are meant. -#}
{% macro enquete_indicator(indicator_code, leeftijdsgroep) -%}
    {{ indicator_code }} || case when {{ leeftijdsgroep }} = 'totaal' then '' else '-' || {{ leeftijdsgroep }} end
{%- endmacro %}

{#- How survey figures may be read. -#}
{% macro enquete_caveat() -%}
    'Schatting uit een enquete in oneven jaren, met een marge. Niet te vergelijken met jaren voor 2021. De '
    || 'gepubliceerde reeks (vm_gepubliceerd) en de eigen schatting (vm_eigen) zijn twee reeksen: zet ze naast elkaar, '
    || 'nooit in een lijn. '
    || 'Kleine gemeenten hebben alleen via hun basisteam een gepubliceerd cijfer.'
{%- endmacro %}

{#- A percentage point as Dutch readers write it: 2,1. -#}
{% macro procentpunt(waarde) -%}
    replace(to_char(abs({{ waarde }}), 'FM990.0'), '.', ',')
{%- endmacro %}
