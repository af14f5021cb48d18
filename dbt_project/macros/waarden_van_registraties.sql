{#- Rows of `indicatorwaarden` of registered counts: the count, and for municipality and higher the rate per 1,000
    inhabitants. A rate is empty, with its reason, when the population is missing or below 100. Bounds: 95% of the count
    as a Poisson variable (Byar); the population counts as known exactly. -#}
{% macro waarden_van_registraties(cijfers) -%}
with cijfers as (
    select * from {{ ref(cijfers) }}
),

themas as (
    select * from {{ ref('int_indicator_thema') }}
),

maten as (
    select t.thema, c.*, m.maat, m.maat = 'aantal' or c.status_noemer = 'gepubliceerd' as berekend
    from cijfers as c
    inner join themas as t on c.indicator_code = t.indicator_code
    inner join (values ('aantal'), ('per_1000')) as m (maat)
        on m.maat = 'aantal' or c.niveau not in ('wijk', 'buurt')
),

grenzen as (
    select
        *,
        case when maat = 'aantal' then 1.0::double precision else 1000.0::double precision / nullif(noemer, 0) end
            as factor,
        case when berekend then {{ byar_ondergrens('teller') }} end as ondergrens_aantal,
        case when berekend then {{ byar_bovengrens('teller') }} end as bovengrens_aantal
    from maten
)

select
    thema,
    indicator_code,
    regio_code,
    niveau,
    periode_code,
    periode_soort,
    maat,
    case
        when maat = 'aantal' then teller::double precision
        when berekend then 1000.0::double precision * teller / noemer
    end as waarde,
    teller,
    case when maat = 'per_1000' then noemer end as noemer,
    ondergrens_aantal * factor as ondergrens,
    bovengrens_aantal * factor as bovengrens,
    case when berekend and teller is not null then 'byar_95' end as methode,
    teller as n,
    case when berekend or teller is null then status_waarde else status_noemer end as status_waarde,
    voorlopig,
    bron,
    bron_soort,
    reeks,
    levering_id,
    bijgewerkt_op
from grenzen
{%- endmacro %}
