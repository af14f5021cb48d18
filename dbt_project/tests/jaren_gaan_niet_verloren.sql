-- Every year figure that the source gave for a region of the work area stands in a mart, unchanged.
with bron as (
    select c.indicator_code, c.regio_code, c.jaar, c.waarde
    from {{ ref('int_cel_gemeente') }} as c
    inner join {{ ref('int_regio') }} as r on c.regio_code = r.regio_code
    where c.periode_soort = 'JJ' and c.waarde is not null and r.werkgebied and not r.restcategorie
),

cijfers as (
    select indicator_code, regio_code, eind_index / 12 as jaar, teller
    from {{ ref('int_cijfer') }}
    where periode_soort = 'jaar'
)

select b.indicator_code, b.regio_code, b.jaar, b.waarde, c.teller
from bron as b
left join cijfers as c on b.indicator_code = c.indicator_code and b.regio_code = c.regio_code and b.jaar = c.jaar
where c.teller is distinct from b.waarde
