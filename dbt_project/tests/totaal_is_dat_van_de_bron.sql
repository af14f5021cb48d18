-- Where the source gives a total for a year, that is what the marts show: not a sum of soorten or of months.
with bron as (
    select indicator_code, regio_code, jaar, waarde from {{ ref('int_cel_gemeente') }}
    where indicator_code in ('MIS-0.0.0', 'OVL-0.0.0') and periode_soort = 'JJ' and waarde is not null
),

cijfers as (
    select * from {{ ref('int_jaar_gemeente') }}
)

select b.indicator_code, b.regio_code, b.jaar, b.waarde as bron, c.waarde as cijfer
from bron as b
inner join cijfers as c on b.indicator_code = c.indicator_code and b.regio_code = c.regio_code and b.jaar = c.jaar
where c.waarde is distinct from b.waarde
