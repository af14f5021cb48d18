-- Boundaries for maps, per region and year. Made-up outlines belong to made-up figures and are shown with no others.
with grenzen as (
    select * from {{ ref('regio_grens') }}
),

leveringen as (
    select * from {{ ref('int_levering') }}
)

select
    regio_code,
    jaar,
    naam,
    niveau,
    jaar = max(jaar) over (partition by regio_code) as is_laatste,
    grens,
    bron,
    bron_soort
from grenzen
where bron_soort <> 'voorbeeld' or bron_soort in (select l.bron_soort from leveringen as l)
