-- Deliveries behind the figures: what kind of source, when fetched, when changed.
select
    levering_id, dataset, tabel, bron_soort, adres, gewijzigd_bron, versie, opgehaald_op, verwerkt_op,
    rijen as cellen, inhoud_sha256
from {{ ref('stg_levering') }}
