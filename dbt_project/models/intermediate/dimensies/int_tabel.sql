-- Per source table the kind of source of its last delivery, for rows without a figure of their own.
select distinct on (tabel)
    tabel,
    dataset,
    bron_soort
from {{ ref('int_bronlevering') }}
order by tabel asc, levering_id desc
