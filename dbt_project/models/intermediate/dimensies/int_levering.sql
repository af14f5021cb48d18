-- Deliveries with what a figure takes over from its delivery.
select
    l.levering_id,
    l.dataset,
    l.tabel,
    l.bron_soort,
    l.verwerkt_op,
    d.laatste_index
from {{ ref('stg_levering') }} as l
left join {{ ref('int_dataset_laatste') }} as d on l.dataset = d.dataset
