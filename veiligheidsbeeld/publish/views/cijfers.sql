-- noqa: disable=LT02
{#- A column of another row of the same indicator and series, by its key. -#}
{% macro elders(maat, kolom='waarde', regio='w.regio_code', periode='w.periode_code') -%}
(
        select o.{{ kolom }} from {{ mart }}.indicatorwaarden as o
        where
            o.indicator_code = w.indicator_code and o.regio_code = {{ regio }} and o.periode_code = {{ periode }}
            and o.periode_soort = w.periode_soort and o.maat = '{{ maat }}' and o.reeks = w.reeks
            {%- if not maat.startswith('per_') %} and w.maat = o.maat{% endif %}
    )
{%- endmacro %}

{%- set vorig_jaar = '(left(w.periode_code, 4)::integer - 1)::text || substr(w.periode_code, 5)' %}

-- The figures of a theme as a BI tool opens them: a row per indicator, region and period, with names, days and a column
-- per unit. What stands in another row (the rate, the year before, the areas around it) is looked up by its key, and
-- only when it is asked for: a sum over all rows then costs no more than on `indicatorwaarden`.
-- Of the two series of the survey a region has one per indicator (kern.tweede_reeks says which is not shown).
select
    p.begin_datum,
    p.eind_datum,
    p.label as periode,
    w.periode_soort,
    l.periode_code is not null as is_laatste,
    w.regio_code,
    r.naam as regio,
    w.niveau,
    g.naam as gemeente,
    v.naam as provincie,
    w.indicator_code,
    i.naam as indicator,
    i.eenheid,
    i.totaal,
    case when w.maat = 'aantal' then w.waarde end as aantal,
    {{ elders('per_1000') }} as per_1000,
    {{ elders('per_10000') }} as per_10000,
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
    {{ elders('per_1000', 'status_waarde') }} as status_per_1000,
    w.voorlopig,
    {{ elders('aantal', periode=vorig_jaar) }} as aantal_vorig_jaar,
    {{ elders('per_1000', periode=vorig_jaar) }} as per_1000_vorig_jaar,
    {{ elders('procent', periode=vorig_jaar) }} as procent_vorig_jaar,
    {{ elders('per_1000', regio='r.regionale_eenheid_code') }} as per_1000_regionale_eenheid,
    {{ elders('per_1000', regio='r.provincie_code') }} as per_1000_provincie,
    {{ elders('per_1000', regio="'NL01'") }} as per_1000_nederland,
    {{ elders('procent', regio='r.regionale_eenheid_code') }} as procent_regionale_eenheid,
    {{ elders('procent', regio='r.provincie_code') }} as procent_provincie,
    {{ elders('procent', regio="'NL01'") }} as procent_nederland,
    case when w.maat = 'aantal' then w.ondergrens end as aantal_ondergrens,
    case when w.maat = 'aantal' then w.bovengrens end as aantal_bovengrens,
    {{ elders('per_1000', 'ondergrens') }} as per_1000_ondergrens,
    {{ elders('per_1000', 'bovengrens') }} as per_1000_bovengrens,
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
from {{ mart }}.indicatorwaarden as w
left join {{ mart }}.laatste_periode as l
    on w.indicator_code = l.indicator_code and w.periode_soort = l.periode_soort and w.periode_code = l.periode_code
left join kern.periode as p on w.periode_code = p.periode_code
left join kern.regio as r on w.regio_code = r.regio_code
left join kern.regio as g on r.gemeente_code = g.regio_code
left join kern.regio as v on r.provincie_code = v.regio_code
left join kern.indicator as i on w.indicator_code = i.indicator_code
where
    w.maat not in ('per_1000', 'per_10000')
    and not exists (
        select from kern.tweede_reeks as t
        where t.indicator_code = w.indicator_code and t.regio_code = w.regio_code and t.reeks = w.reeks
    )
