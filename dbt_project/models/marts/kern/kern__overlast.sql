-- Soorten overlast with the title that the source gives them now.
with soorten as (
    select * from {{ ref('soort_overlast') }}
),

indicatoren as (
    select * from {{ ref('int_indicator') }}
    where familie = 'overlast'
),

bron as (
    select distinct on (code) code, titel from {{ ref('stg_codelijst') }}
    where dimensie = 'Overlast'
    order by code asc, dataset desc
)

select
    s.soort,
    i.naam,
    b.titel as titel_bron,
    s.omschrijving,
    i.totaal,
    i.indicator_code
from soorten as s
inner join indicatoren as i on s.soort = i.soort
left join bron as b on s.soort = b.code
