-- High impact crimes in three definitions, per year and rolling year.
with groepen as (
    select * from {{ ref('int_groepcijfer') }}
    where groep_code like 'HIC%'
)

select
    g.groep_code, g.groep_naam, g.regio_code, g.niveau, g.periode_code, g.periode_soort,
    g.teller as aantal,
    case when g.niveau not in ('wijk', 'buurt') then {{ per_1000('g') }} end as per_1000,
    g.soorten as aantal_soorten,
    g.status_waarde, g.voorlopig, g.bron, g.bron_soort, g.levering_id, g.bijgewerkt_op
from groepen as g
