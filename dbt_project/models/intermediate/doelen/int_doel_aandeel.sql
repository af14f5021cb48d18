{{ config(materialized='view') }}

-- The exact counts behind the shares that goals are measured by and that readers see, for the test of a difference and
-- for how a sentence says it: they are not for readers. Of a share that is hidden nothing is tested (decision 0034).
with doelen as (
    select distinct indicator_code, regio_code from {{ ref('int_doel') }}
    where maat = 'procent'
),

leden as (
    select gebied_code as regio_code, gemeente_code from {{ ref('int_register_lid') }}
    union all
    select gemeente_code as regio_code, gemeente_code from {{ ref('int_werkgebied') }}
),

aandelen as (
    select indicator_code, gemeente_code as regio_code, periode_code, waarde, n
    from {{ ref('int_register_gemeente') }}
    where reden is null
    union all
    select indicator_code, gebied_code as regio_code, periode_code, waarde, n
    from {{ ref('int_register_samenwerking') }}
    where geleverd = leden
    union all
    select p.indicator_code, l.regio_code, p.periode_code, sum(p.waarde) as waarde, sum(p.n) as n
    from {{ ref('int_register_peil') }} as p
    inner join {{ ref('int_register_indicator') }} as i on p.indicator_code = i.indicator_code
    inner join leden as l on p.gemeente_code = l.gemeente_code
    where i.heeft_noemer
    group by p.indicator_code, l.regio_code, p.periode_code
)

select a.indicator_code, a.regio_code, a.periode_code, a.waarde::bigint as teller, a.n::bigint as noemer
from aandelen as a
inner join doelen as d on a.indicator_code = d.indicator_code and a.regio_code = d.regio_code
inner join {{ ref('int_register_cijfer') }} as c
    on a.indicator_code = c.indicator_code and a.regio_code = c.regio_code and a.periode_code = c.periode_code
where a.n > 0 and c.waarde is not null
