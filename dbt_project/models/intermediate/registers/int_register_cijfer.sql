{{ config(indexes=[{'columns': ['indicator_code', 'regio_code']}]) }}

-- Figures of registers that may be shown, or the reason why there is none, with level, series and origin.
with cijfers as (
    select
        indicator_code, regio_code, periode_code, periode_soort, begin_index, eind_index,
        waarde, teller, null::integer as noemer, minste, meeste, reden, levering_id
    from {{ ref('int_register_telcijfer') }}
    union all
    select
        indicator_code, regio_code, periode_code, periode_soort, begin_index, eind_index,
        waarde, null as teller, null as noemer, null as minste, null as meeste, reden, levering_id
    from {{ ref('int_register_doorlooptijd') }}
    union all
    select
        indicator_code, regio_code, periode_code, periode_soort, begin_index, eind_index,
        waarde, teller, noemer, null as minste, null as meeste, reden, levering_id
    from {{ ref('int_register_standcijfer') }}
),

leveringen as (
    select * from {{ ref('stg_register_levering') }}
),

registers as (
    select
        d.register, max(d.maand_index) as laatste_index, max(l.bron_soort) as bron_soort
    from {{ ref('int_register_dekking') }} as d
    inner join leveringen as l on d.levering_id = l.levering_id
    group by d.register
)

select
    c.indicator_code, i.register, i.berekening, i.eenheid, c.regio_code, r.niveau, c.periode_code, c.periode_soort,
    c.eind_index, c.waarde::double precision as waarde, c.teller, c.noemer,
    c.minste, c.meeste,
    case
        when c.reden is not null then c.reden
        when s.actueel is not true then 'niet_vergelijkbaar'
        when c.waarde = 0 then 'nul'
        else 'gepubliceerd'
    end as status_waarde,
    c.waarde is not null and (c.eind_index >= b.laatste_index or coalesce(p.voorlopig, false)) as voorlopig,
    coalesce(l.bron_soort, b.bron_soort) as bron_soort,
    coalesce(s.reeks, 'over_breuk') as reeks,
    c.levering_id,
    l.verwerkt_op as bijgewerkt_op
from cijfers as c
inner join {{ ref('int_register_indicator') }} as i on c.indicator_code = i.indicator_code
inner join {{ ref('int_regio') }} as r on c.regio_code = r.regio_code
inner join registers as b on i.register = b.register
left join {{ ref('int_register_regio_periode') }} as p
    on
        i.register = p.register and c.periode_code = p.periode_code
        and case r.niveau when 'buurt' then r.gemeente_code else c.regio_code end = p.regio_code
left join leveringen as l on c.levering_id = l.levering_id
left join {{ ref('int_reeks') }} as s
    on c.indicator_code = s.indicator_code and c.begin_index >= s.van_index and c.eind_index < s.tot_index
