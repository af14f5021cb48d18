-- Code lists of all datasets, one row per code.
with codes as (
    select * from {{ source('raw', 'codelijst') }}
)

select
    codes.dataset,
    codes.dimensie,
    codes.code,
    codes.volgorde,
    codes.titel,
    codes.omschrijving,
    codes.extra,
    codes.levering_van as levering_id
from codes
where {{ bekend('codes') }}
