{#- Whether the sum over the municipalities of an area may be shown beside those municipalities. What is hidden
    (`verborgen`) is nothing; or it is a total of a year of which the sum leaves each of them every number that a hidden
    one can have, or a share of which that holds for the side that is small in all. `dicht`: in a sum that is hidden. -#}
{% macro verborgen_blok() -%}
    count(*) filter (where verborgen) = 0
        or (
            bool_and(periode_soort = 'jaar' and samen and genest)
            and not bool_or(verborgen and dicht)
            and case
                when bool_and(berekening <> 'aandeel') then {{ laat_alles_open('rest', 'hoogste') }}
                else
                    (
                        bool_and(waarde < min_cel or not verborgen)
                        and {{ laat_alles_open('waarde', 'least(min_cel - 1, n)') }}
                        and {{ genoeg('sum(n - waarde)', 'max(min_cel)') }}
                    )
                    or (
                        bool_and(n - waarde < min_cel or not verborgen)
                        and {{ laat_alles_open('n - waarde', 'least(min_cel - 1, n)') }}
                        and {{ genoeg('sum(waarde)', 'max(min_cel)') }}
                    )
            end
        )
{%- endmacro %}

{#- Whether of hidden amounts of 1 to `hoogste` each may still be any of these when their sum is known: with the others
    at their most the sum leaves room for 1, with the others at 1 for `hoogste`. Of a single one that is never so. -#}
{% macro laat_alles_open(aantal, hoogste) -%}
    sum({{ aantal }}) filter (where verborgen)
                            between max({{ hoogste }}) filter (where verborgen)
                            + count(*) filter (where verborgen) - 1
                            and sum({{ hoogste }}) filter (where verborgen)
                            - max({{ hoogste }}) filter (where verborgen) + 1
{%- endmacro %}

{#- The most that the rest of a hidden year can be, of so many quarters that are not shown. It must leave each of them
    what a hidden count can be: of two, of which the first is small, the other would follow from a rest below twice that;
    of more it would not, but the first has a case, and another must be able to have the most beside it. -#}
{% macro hoogste_rest(open, min_cel) -%}
    case {{ open }}
        when 2 then 2 * {{ min_cel }} - 2 when 3 then {{ min_cel }} when 4 then {{ min_cel }} else {{ min_cel }} - 1
    end
{%- endmacro %}
