-- Deliveries behind the figures: what kind of source, when fetched, when changed, whether the real table was ever seen.
with leveringen as (
    select * from {{ ref('stg_levering') }}
),

tabellen as (
    select levering_id, betekenis as metagegevens from {{ source('beheer', 'koppeling') }}
    where dimensie = 'tabel' and code <> ''
)

-- Of a table of a source everything is known to everybody; how many rows a sender's file has, and which they are, would
-- tell what its small counts hide.
select
    l.levering_id, l.dataset, l.tabel, l.bron_soort, l.adres, l.gewijzigd_bron, l.versie, l.opgehaald_op, l.verwerkt_op,
    case when o.dataset is not null then l.rijen end as cellen,
    case when o.dataset is not null then l.inhoud_sha256 end as inhoud_sha256,
    t.metagegevens
from leveringen as l
left join {{ ref('int_dataset') }} as o on l.dataset = o.dataset
left join tabellen as t on l.levering_id = t.levering_id
