-- Four soorten have no monthly figures: no month, rolling year or year to date may show one, not even a zero.
with cijfers as (
    select indicator_code, regio_code, periode_soort, periode_code, teller, status_waarde from {{ ref('int_cijfer') }}
    where periode_soort <> 'jaar'
    union all
    select
        indicator_code, regio_code, 'maand' as periode_soort, jaar::text as periode_code, bekend as teller,
        'in een reeks' as status_waarde
    from {{ ref('int_maandreeks_buurt') }}
)

select c.*
from cijfers as c
inner join {{ ref('int_indicator') }} as i on c.indicator_code = i.indicator_code
where i.alleen_jaar and (c.teller is not null or c.status_waarde <> 'niet_gepubliceerd_op_niveau')
