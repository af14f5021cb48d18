{{ config(materialized='view') }}

-- Months of districts and neighbourhoods in the form of int_cijfer. A view: what a row says beside its number is joined
-- to its year, and only who reads them gets a row per month.
select
    i.familie,
    m.indicator_code,
    m.regio_code,
    r.niveau,
    p.periode_code,
    'maand' as periode_soort,
    p.eind_index,
    m.waarden[p.maand] as teller,
    n.inwoners as noemer,
    {{ status_van_noemer('n') }} as status_noemer,
    case
        when m.waarden[p.maand] is not null and not s.actueel then 'niet_vergelijkbaar'
        else {{ status_in_maandreeks('m', 'p.maand') }}
    end as status_waarde,
    s.reeks,
    t.tabel as bron,
    coalesce(l.bron_soort, t.bron_soort) as bron_soort,
    coalesce(
        m.waarden[p.maand] is not null and p.eind_index >= least(l.laatste_index, l.voorlopig_index), false
    ) as voorlopig,
    m.levering_id,
    l.verwerkt_op as bijgewerkt_op
from {{ ref('int_maandreeks_buurt') }} as m
inner join {{ ref('int_indicator') }} as i on m.indicator_code = i.indicator_code
inner join {{ ref('int_regio') }} as r on m.regio_code = r.regio_code
left join {{ ref('int_bronlevering') }} as l on m.levering_id = l.levering_id
left join {{ ref('int_tabel') }} as t on coalesce(l.tabel, i.tabel_buurt) = t.tabel
left join {{ ref('int_noemer') }} as n on m.regio_code = n.regio_code and m.jaar = n.jaar
inner join {{ ref('int_reeks') }} as s on m.indicator_code = s.indicator_code
inner join {{ ref('int_periode') }} as p
    on
        m.jaar = p.jaar
        and p.periode_soort = 'maand'
        and {{ waar(is_een_van('m.maanden', 'p.maand')) }}
        and {{ waar('(p.eind_index >= s.van_index and p.eind_index < s.tot_index)') }}
