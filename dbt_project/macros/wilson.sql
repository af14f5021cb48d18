{#- Limits of the 95% interval of a share after Wilson, as a percentage; `kant` is -1 (lower) or 1 (upper).
    z = 1.959964. Stays inside 0 to 100 and has a width at 0 and 100 per cent as well. -#}
{% macro wilson(teller, noemer, kant) -%}
    100.0::double precision * (
        {{ teller }} + 1.92073 {{ '+' if kant > 0 else '-' }} 1.959964 * sqrt(
            {{ teller }}::double precision * ({{ noemer }} - {{ teller }}) / nullif({{ noemer }}, 0) + 0.960365
        )
    ) / ({{ noemer }} + 3.841459)
{%- endmacro %}
