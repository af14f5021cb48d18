{{ config(materialized='view') }}

-- Each year of a baseline over several years, for every region and measure that needs one. The last year may end
-- early: its months then count for the days before that end (18/30 of November for 18 November).
with jaren as (
    select * from {{ ref('int_doel_nulmetingjaar') }}
),

delen as (
    select
        j.*,
        j.tot_dag - make_date(j.jaar, 1, 1) + 1 as dagen,
        v.reeks, v.status_waarde, v.voorlopig, v.levering_id, v.waarde, v.teller, v.noemer,
        least(1, (j.tot_dag - v.begin_datum + 1.0::double precision) / (v.eind_datum - v.begin_datum + 1)) as aandeel
    from jaren as j
    left join {{ ref('int_doelreeks') }} as v
        on
            j.indicator_code = v.indicator_code and j.regio_code = v.regio_code and j.maat = v.maat
            and extract(year from v.begin_datum) = j.jaar and j.tot_dag >= v.begin_datum
            and v.periode_soort = case when j.tot_dag = make_date(j.jaar, 12, 31) then 'jaar' else 'maand' end
)

select
    d.indicator_code, d.regio_code, d.maat, d.nulmeting, d.jaar, d.dagen, d.jaardagen,
    case
        when count(d.waarde) = case when d.dagen = d.jaardagen then 1 else extract(month from d.tot_dag) end
            and bool_and(n.regio_code is null)
            then sum(d.waarde * d.aandeel)
    end as waarde,
    sum(coalesce(d.teller, d.waarde) * d.aandeel) as teller,
    max(case d.maat when 'per_1000' then d.noemer else 1 end) * d.dagen::double precision / d.jaardagen as omvang,
    case
        when bool_or(n.regio_code is not null) then 'niet_uitgevoerd'
        when max(d.status_waarde) filter (where d.status_waarde not in ('gepubliceerd', 'nul')) is not null
            then max(d.status_waarde) filter (where d.status_waarde not in ('gepubliceerd', 'nul'))
        when count(d.waarde) < case when d.dagen = d.jaardagen then 1 else extract(month from d.tot_dag) end
            then 'nog_niet_beschikbaar'
        when sum(d.waarde) = 0 then 'nul'
        else 'gepubliceerd'
    end as status_waarde,
    d.dagen < d.jaardagen as benaderd,
    case when count(distinct d.reeks) = 1 then max(d.reeks) end as reeks,
    coalesce(bool_or(d.voorlopig), false) as voorlopig,
    max(d.levering_id) as levering_id
from delen as d
left join {{ ref('int_doel_voetnoot') }} as n
    on
        d.indicator_code = n.indicator_code and d.regio_code = n.regio_code and n.soort = 'niet_uitgevoerd'
        and d.jaar between extract(year from n.van) and extract(year from n.tot)
group by d.indicator_code, d.regio_code, d.maat, d.nulmeting, d.jaar, d.dagen, d.jaardagen, d.tot_dag
