-- Baselines over several years in three variants: the mean as printed in the plan (an unfinished year counts as it is),
-- on a yearly basis (an unfinished year is scaled up first), and by days (all cases over all days, of rates over all
-- inhabitants x days: a ratio of sums). `minste`, `meeste`: the ends of the sum where years are hidden, or ranges.
with jaren as (
    select
        j.*, case when j.benaderd and j.waarde is not null then j.waarde else g.minste end as laag,
        case when j.benaderd and j.waarde is not null then j.waarde else g.meeste end as hoog
    from {{ ref('int_doel_basisjaar') }} as j
    left join {{ ref('int_doel_basisjaargrens') }} as g
        on
            j.indicator_code = g.indicator_code and j.regio_code = g.regio_code and j.nulmeting = g.nulmeting
            and j.jaar = g.jaar and j.maat = 'aantal'
)

select
    indicator_code, regio_code, maat, nulmeting,
    count(*)::integer as jaren,
    case when count(waarde) = count(*) then avg(waarde) end as gedrukt,
    case when count(waarde) = count(*) then avg(waarde * jaardagen / dagen) end as op_jaarbasis,
    case
        when count(waarde) = count(*)
            then case maat when 'per_1000' then 1000 else 1 end
                * sum(case maat when 'per_1000' then teller else waarde end)
                / sum(omvang)
    end as naar_dagen,
    case when count(waarde) = count(*) then sum(case maat when 'per_1000' then teller else waarde end) end as teller,
    sum(omvang) as omvang,
    case when count(laag) = count(*) and min(reeks) = max(reeks) and sum(laag) < sum(hoog) then sum(laag) end as minste,
    case when count(laag) = count(*) and min(reeks) = max(reeks) and sum(laag) < sum(hoog) then sum(hoog) end as meeste,
    bool_or(benaderd) as benaderd,
    case
        when bool_or(status_waarde = 'niet_uitgevoerd') then 'niet_uitgevoerd'
        when count(waarde) < count(*) then min(status_waarde) filter (where waarde is null)
        when
            count(distinct reeks) > 1 or bool_or(reeks is null or status_waarde = 'niet_vergelijkbaar')
            then 'niet_vergelijkbaar'
        else 'gepubliceerd'
    end as status_waarde,
    max(reeks) as reeks,
    bool_or(voorlopig) as voorlopig,
    max(levering_id) as levering_id
from jaren
group by indicator_code, regio_code, maat, nulmeting
