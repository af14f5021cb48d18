{#- Limits of the 95% interval of a Poisson count after Byar (cube root of the chi-square limits).
    z = 1.959964. Against the exact limits (Garwood) the error is largest for the smallest counts: 0.021 in the
    upper limit (at 0) and 0.018 in the lower one (at 2); from 5 upwards it is below 1 per cent of the limit. -#}
{% macro byar_ondergrens(aantal) -%}
    case
        when {{ aantal }} = 0 then 0.0::double precision
        else
            {{ aantal }} * power(
                1 - 1 / (9.0::double precision * {{ aantal }})
                - 1.959964::double precision / (3 * sqrt({{ aantal }}::double precision)), 3
            )
    end
{%- endmacro %}

{% macro byar_bovengrens(aantal) -%}
    ({{ aantal }} + 1) * power(
        1 - 1 / (9.0::double precision * ({{ aantal }} + 1))
        + 1.959964::double precision / (3 * sqrt({{ aantal }} + 1.0::double precision)), 3
    )
{%- endmacro %}
