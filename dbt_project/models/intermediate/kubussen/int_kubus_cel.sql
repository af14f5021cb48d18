{{ config(indexes=[{'columns': ['dataset', 'regio_code']}]) }}

-- Series of all tables that are measured by their contract, per age group that we know: of the larger areas only those
-- of the work area, of municipalities all that were fetched.
with cellen as (
    select * from {{ ref('int_kubus_geleverd') }}
    where leeftijdsgroep is not null
),

regios as (
    select regio_code, niveau from {{ ref('int_regio') }}
    where (werkgebied or niveau = 'gemeente') and not restcategorie
)

select
    c.dataset, c.soort, c.leeftijdsgroep, c.regio_code, r.niveau, c.jaar, c.waarde, c.relatief, c.status_waarde,
    c.status_relatief, c.levering_id
from cellen as c
inner join regios as r on c.regio_code = r.regio_code
