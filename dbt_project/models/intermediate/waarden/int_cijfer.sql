{{ config(indexes=[{'columns': ['indicator_code', 'regio_code', 'periode_code'], 'unique': true}]) }}

-- Counts with all that a reader must know beside the number: level, period, source and denominator. All but the months
-- of neighbourhoods.
with indicatoren as (
    select indicator_code, familie, tabel_gemeente, tabel_buurt from {{ ref('int_indicator') }}
)

select
    i.familie,
    c.indicator_code,
    c.regio_code,
    r.niveau,
    p.periode_code,
    c.periode_soort,
    c.eind_index,
    c.waarde as teller,
    n.inwoners as noemer,
    {{ status_van_noemer('n') }} as status_noemer,
    c.status_waarde,
    c.reeks,
    t.tabel as bron,
    coalesce(l.bron_soort, t.bron_soort) as bron_soort,
    coalesce(c.waarde is not null and c.eind_index >= least(l.laatste_index, l.voorlopig_index), false) as voorlopig,
    c.levering_id,
    l.verwerkt_op as bijgewerkt_op
from {{ ref('int_indicatorcijfer') }} as c
inner join indicatoren as i on c.indicator_code = i.indicator_code
inner join {{ ref('int_regio') }} as r on c.regio_code = r.regio_code
inner join {{ ref('int_periode') }} as p on c.periode_volgorde = p.volgorde
left join {{ ref('int_bronlevering') }} as l on c.levering_id = l.levering_id
left join {{ ref('int_tabel') }} as t
    on coalesce(l.tabel, case when r.niveau in ('wijk', 'buurt') then i.tabel_buurt else i.tabel_gemeente end) = t.tabel
left join {{ ref('int_noemer') }} as n on c.regio_code = n.regio_code and c.eind_index / 12 = n.jaar
