-- Deliveries behind the figures: what kind of source, when fetched, when changed, whether the real table was ever seen.
with leveringen as (
    select * from {{ ref('stg_levering') }}
),

tabellen as (
    select levering_id, betekenis as metagegevens from {{ source('beheer', 'koppeling') }}
    where dimensie = 'tabel' and code <> ''
)

select
    l.levering_id, l.dataset, l.tabel, l.bron_soort, l.adres, l.gewijzigd_bron, l.versie, l.opgehaald_op, l.verwerkt_op,
    l.rijen as cellen, l.inhoud_sha256, t.metagegevens
from leveringen as l
left join tabellen as t on l.levering_id = t.levering_id
