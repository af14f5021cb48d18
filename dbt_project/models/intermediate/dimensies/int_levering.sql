-- Deliveries with what a figure takes over from its delivery.
with voorlopig as (
    select dataset, min(begin_index) as voorlopig_index from {{ ref('int_voorlopig') }}
    group by dataset
)

select
    l.levering_id,
    l.dataset,
    l.tabel,
    l.bron_soort,
    l.verwerkt_op,
    d.laatste_index,
    v.voorlopig_index
from {{ ref('stg_levering') }} as l
left join {{ ref('int_dataset_laatste') }} as d on l.dataset = d.dataset
left join voorlopig as v on l.dataset = v.dataset
