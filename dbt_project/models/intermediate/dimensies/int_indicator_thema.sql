-- Which indicator is shown in which mart. What gives context to every theme (CTX) is shown in one of them.
with indicatoren as (
    select * from {{ ref('int_indicator') }}
),

themas as (
    select * from {{ ref('thema') }}
),

codes as (
    select
        indicator_code,
        mart_prim as thema_code,
        case when mart_prim = 'CTX' then 'context' else 'hoofd' end as rol
    from indicatoren
    union
    select i.indicator_code, ook.thema_code, 'mede' as rol
    from indicatoren as i
    cross join lateral unnest(string_to_array(i.mart_ook, ',')) as ook (thema_code)
)

select themas.thema, codes.indicator_code, codes.rol
from codes
inner join themas on codes.thema_code = themas.thema_code or (codes.thema_code = 'CTX' and themas.context)
