{#- Whether the sum over the municipalities of an area may be shown beside those municipalities. What is hidden
    (`meetellend`: and not already accounted for by a sum shown elsewhere) is nothing, or a block of at least two
    municipalities with enough cases; a block is made per year only, and for totals and shares only. -#}
{% macro verborgen_blok(c, meetellend) -%}
    {%- set verborgen = "filter (where " ~ c ~ ".reden is null and not " ~ c ~ ".openbaar and " ~ meetellend ~ ")" -%}
    {%- set rest = "coalesce(sum(" ~ c ~ ".rest) " ~ verborgen ~ ", 0)" -%}
    {%- set teller = "coalesce(sum(" ~ c ~ ".waarde) " ~ verborgen ~ ", 0)" -%}
    (
        count(*) {{ verborgen }} = 0
        or (
            bool_and({{ c }}.periode_soort = 'jaar' and {{ c }}.samen)
            and bool_and(l.genest)
            and count(*) filter (
                where {{ c }}.reden is null and not {{ c }}.openbaar and {{ meetellend }} and {{ c }}.rest > 0
            ) >= 2
            and {{ rest }} >= max({{ c }}.min_cel)
            and (
                bool_and({{ c }}.berekening <> 'aandeel')
                or (
                    {{ genoeg(teller, "max(" ~ c ~ ".min_cel)") }}
                    and {{ genoeg(rest ~ " - " ~ teller, "max(" ~ c ~ ".min_cel)") }}
                )
            )
        )
    )
{%- endmacro %}
