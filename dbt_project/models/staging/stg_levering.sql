-- Deliveries whose figures stand in raw (at `peilmoment`, when one is given).
with leveringen as (
    select * from {{ source('raw', 'levering') }}
)

select
    leveringen.levering_id,
    leveringen.dataset,
    leveringen.bron_soort,
    leveringen.tabel,
    leveringen.adres,
    leveringen.gewijzigd_bron,
    leveringen.versie,
    leveringen.opgehaald_op,
    leveringen.verwerkt_op,
    leveringen.rijen,
    leveringen.inhoud_sha256
from leveringen
where leveringen.levering_id in ({{ verwerkt_op_peilmoment() }})
