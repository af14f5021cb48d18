-- noqa: disable=LT02,ST05
{#- Other rows of the same indicator and series, by their key. -#}
{% macro elders(regio='o.regio_code = w.regio_code', periode='w.periode_code') -%}
    {{ mart }}.indicatorwaarden as o
    where
        o.indicator_code = w.indicator_code and {{ regio }} and o.periode_code = {{ periode }}
        and o.periode_soort = w.periode_soort and o.reeks = w.reeks
{%- endmacro %}

-- The figures of a theme as a BI tool opens them: a row per indicator, region and period, with names, days and a column
-- per unit. What stands in other rows (the rate, the year before, the areas around it) is looked up by key, once for
-- the columns that come from the same rows. That is an aggregate without groups, so one row whatever is there:
-- PostgreSQL leaves it out when nobody asks for its columns, and a sum over all rows costs no more than on
-- `indicatorwaarden`. `laatste_periode`, grouped by its key, is known to give one row, and left out likewise. The
-- others stand before those: PostgreSQL puts eight tables in the best order, from the innermost on, and a filter on a
-- name then reaches the index of series.
-- Of the two series of the survey a region has one per indicator (kern.tweede_reeks says which is not shown): asked
-- innermost, it is asked once per series, and not of every figure. As subqueries, not as CTEs: a view with a CTE is a
-- wall to who asks it (preview of months: 1.2 s in place of 0.16).
select
    p.begin_datum,
    p.eind_datum,
    p.label as periode,
    w.periode_soort,
    l.periode_code is not null as is_laatste,
    w.regio_code,
    r.naam as regio,
    w.niveau,
    r.gemeente,
    r.provincie,
    w.indicator_code,
    i.naam as indicator,
    i.eenheid,
    i.totaal,
    case when w.maat = 'aantal' then w.waarde end as aantal,
    verhouding.per_1000,
    verhouding.per_10000,
    case when w.maat = 'procent' then w.waarde end as procent,
    case when w.maat = 'dagen' then w.waarde end as dagen,
    case when w.maat = 'euro' then w.waarde end as euro,
    case when w.maat = 'kilogram' then w.waarde end as kilogram,
    case when w.maat = 'uren' then w.waarde end as uren,
    case when w.maat = 'index' then w.waarde end as index,
    w.status_waarde,
    (
        select n.label from kern.label as n
        where n.lijst = 'status_waarde' and n.code = w.status_waarde
    ) as status,
    verhouding.status_per_1000,
    w.voorlopig,
    vorig.aantal as aantal_vorig_jaar,
    vorig.per_1000 as per_1000_vorig_jaar,
    vorig.procent as procent_vorig_jaar,
    rond.per_1000_regionale_eenheid,
    rond.per_1000_provincie,
    rond.per_1000_nederland,
    rond.procent_regionale_eenheid,
    rond.procent_provincie,
    rond.procent_nederland,
    case when w.maat = 'aantal' then w.ondergrens end as aantal_ondergrens,
    case when w.maat = 'aantal' then w.bovengrens end as aantal_bovengrens,
    verhouding.per_1000_ondergrens,
    verhouding.per_1000_bovengrens,
    case when w.maat = 'procent' then w.ondergrens end as procent_ondergrens,
    case when w.maat = 'procent' then w.bovengrens end as procent_bovengrens,
    w.methode,
    w.n,
    w.periode_code,
    w.maat,
    w.reeks,
    w.bron,
    w.bron_soort,
    w.levering_id,
    w.bijgewerkt_op
from (
    select g.* from {{ mart }}.indicatorwaarden as g
    where not exists (
        select from kern.tweede_reeks as t
        where t.indicator_code = g.indicator_code and t.regio_code = g.regio_code and t.reeks = g.reeks
    )
) as w
left join kern.indicator as i on w.indicator_code = i.indicator_code
left join kern.regio as r on w.regio_code = r.regio_code
left join kern.periode as p on w.periode_code = p.periode_code
left join (
    select indicator_code, periode_soort, periode_code from {{ mart }}.laatste_periode
    group by indicator_code, periode_soort, periode_code
) as l
    on w.indicator_code = l.indicator_code and w.periode_soort = l.periode_soort and w.periode_code = l.periode_code
left join lateral (
    select
        max(o.waarde) filter (where o.maat = 'per_1000') as per_1000,
        max(o.ondergrens) filter (where o.maat = 'per_1000') as per_1000_ondergrens,
        max(o.bovengrens) filter (where o.maat = 'per_1000') as per_1000_bovengrens,
        max(o.status_waarde) filter (where o.maat = 'per_1000') as status_per_1000,
        max(o.waarde) filter (where o.maat = 'per_10000') as per_10000
    from {{ elders() }} and o.maat in ('per_1000', 'per_10000')
) as verhouding on true
left join lateral (
    select
        max(o.waarde) filter (where o.maat = 'aantal' and w.maat = 'aantal') as aantal,
        max(o.waarde) filter (where o.maat = 'procent' and w.maat = 'procent') as procent,
        max(o.waarde) filter (where o.maat = 'per_1000') as per_1000
    from {{ elders(periode="(left(w.periode_code, 4)::integer - 1)::text || substr(w.periode_code, 5)") }}
        and o.maat in ('aantal', 'procent', 'per_1000')
) as vorig on true
left join lateral (
    select
{%- for maat in ('per_1000', 'procent') %}
{%- for gebied, code in (
    ('regionale_eenheid', 'r.regionale_eenheid_code'), ('provincie', 'r.provincie_code'), ('nederland', "'NL01'")
) %}
        max(o.waarde) filter (where o.maat = '{{ maat }}' and o.regio_code = {{ code }}
            {%- if maat == 'procent' %} and w.maat = 'procent'{% endif %}) as {{ maat }}_{{ gebied }}
{%- if not (maat == 'procent' and gebied == 'nederland') %},{% endif %}
{%- endfor %}
{%- endfor %}
    from {{ elders(regio="o.regio_code in (r.regionale_eenheid_code, r.provincie_code, 'NL01')") }}
        and o.maat in ('per_1000', 'procent')
) as rond on true
where w.maat not in ('per_1000', 'per_10000')
