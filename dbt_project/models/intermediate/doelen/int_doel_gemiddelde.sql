-- Baselines over several years in three variants: the mean as printed in the plan (an unfinished year counts as it is),
-- on a yearly basis (an unfinished year is scaled up first), and by days (all cases over all days, of rates over all
-- inhabitants x days: a ratio of sums).
select
    indicator_code,
    regio_code,
    maat,
    nulmeting,
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
from {{ ref('int_doel_basisjaar') }}
group by indicator_code, regio_code, maat, nulmeting
