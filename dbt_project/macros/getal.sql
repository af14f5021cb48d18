{#- A number as Dutch text: decimal comma, dot per thousand. -#}
{% macro getal(waarde, decimalen=0) -%}
    translate(
        to_char(round(({{ waarde }})::numeric, {{ decimalen }}), 'FM999,999,990{{ "." ~ "0" * decimalen if decimalen }}'),
        ',.', '.,'
    )
{%- endmacro %}

{#- The same with as many decimals as the measure is read in: counts whole, means of counts and percentages one. -#}
{% macro getal_in_maat(waarde, maat) -%}
    case
        when {{ maat }} = 'per_1000' then {{ getal(waarde, 2) }} || ' per 1.000'
        when {{ maat }} = 'procent' then {{ getal(waarde, 1) }} || '%'
        when ({{ waarde }})::numeric % 1 = 0 then {{ getal(waarde) }}
        else {{ getal(waarde, 1) }}
    end
    || case {{ maat }}
        when 'dagen' then case round(({{ waarde }})::numeric, 1) when 1 then ' dag' else ' dagen' end
        when 'kilogram' then ' kg' when 'uren' then ' uur' when 'euro' then ' euro' else ''
    end
{%- endmacro %}
