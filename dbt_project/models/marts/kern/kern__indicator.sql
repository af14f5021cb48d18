-- All indicators, one row each.
with indicatoren as (
    select * from {{ ref('int_indicator') }}
),

themas as (
    select indicator_code, string_agg(thema, ', ' order by thema) as themas
    from {{ ref('int_indicator_thema') }}
    group by indicator_code
),

breuken as (
    select indicator_code, string_agg(datum || ': ' || tekst, ' ' order by datum) as breuken
    from {{ ref('int_indicator_breuk') }}
    group by indicator_code
),

ongezien as (
    select distinct code as tabel from {{ ref('stg_koppeling') }}
    where dimensie = 'tabel' and betekenis = 'niet_geverifieerd'
)

select
    i.indicator_code, i.naam, i.definitie, t.themas, i.familie, i.soort, i.totaal,
    i.eenheid,
    i.tabel_gemeente, i.tabel_buurt, i.ruimtelijk_principe, i.leeftijdsgroep, i.jeugd, i.richting,
    i.inspanningsafhankelijk, i.alleen_jaar, i.afronding, i.vng_veld, i.vng_thema, i.caveat, b.breuken, i.eigenaar,
    coalesce(i.tabel_gemeente in (select o.tabel from ongezien as o), false)
    or coalesce(i.tabel_buurt in (select o.tabel from ongezien as o), false) as niet_geverifieerd
from indicatoren as i
left join themas as t on i.indicator_code = t.indicator_code
left join breuken as b on i.indicator_code = b.indicator_code
