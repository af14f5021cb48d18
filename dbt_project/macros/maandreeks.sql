{#- Months of one year as bits: 1 is January, 2 February, 4 March. -#}

{#- The months of which a row of twelve has a number. -#}
{% macro bekende_maanden(waarden) -%}
    {%- for maand in range(1, 13) %}
        {{- ' + ' if not loop.first }}case when {{ waarden }}[{{ maand }}] is null then 0 else {{ 2 ** (maand - 1) }} end
    {%- endfor %}
{%- endmacro %}

{#- The sum of a row of twelve over some of its months, of which all have a number. -#}
{% macro som_van_maanden(waarden, maanden) -%}
    {%- for maand in range(1, 13) %}
        {{- ' + ' if not loop.first -}}
        case when ({{ maanden }}) & {{ 2 ** (maand - 1) }} = 0 then 0 else {{ waarden }}[{{ maand }}] end
    {%- endfor %}
{%- endmacro %}

{#- The months from one up to another (1 to 12); none when the first is later. -#}
{% macro maanden_van_tot(van, tot) -%}
    ((1 << {{ tot }}) - (1 << ({{ van }} - 1)))
{%- endmacro %}

{#- Whether a month (1 to 12) is one of them. -#}
{% macro is_een_van(maanden, maand) -%}
    ({{ maanden }} >> ({{ maand }} - 1)) & 1 = 1
{%- endmacro %}

{% macro aantal_maanden(maanden) -%}
    bit_count(({{ maanden }})::bit(12))
{%- endmacro %}

{#- What sums over some months of the rows of int_maandreeks_buurt are made of, and judged by (`status_van_som`). -#}
{% macro sommen_over_maanden(reeks, maanden) -%}
    sum({{ som_van_maanden(reeks ~ '.waarden', maanden ~ ' & ' ~ reeks ~ '.bekend') }})::integer as som,
    sum({{ aantal_maanden(maanden ~ ' & ' ~ reeks ~ '.bekend') }}) as bekend,
    sum({{ aantal_maanden(maanden ~ ' & ' ~ reeks ~ '.maanden') }}) as maanden,
    sum({{ aantal_maanden(maanden ~ ' & ' ~ reeks ~ '.maanden & ~' ~ reeks ~ '.bekend') }})
        filter (where {{ reeks }}.levering_id is not null) as onderdrukt,
    max({{ reeks }}.levering_id) as levering_id
{%- endmacro %}

{#- Status of a month (1 to 12) of a row of int_maandreeks_buurt. -#}
{% macro status_in_maandreeks(reeks, maand) -%}
    case
        when {{ reeks }}.levering_id is null then 'nog_niet_beschikbaar'
        else {{ status_van_cel(reeks ~ '.waarden[' ~ maand ~ ']') }}
    end
{%- endmacro %}
