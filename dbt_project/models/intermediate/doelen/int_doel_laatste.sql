-- The newest figure of every goal and region: twelve months that are complete, or a year (of a survey: a wave); and the
-- one before it: a year, or of what is not measured every year the last time. Never a part of a year, but for what
-- holds on a day (coverage, milestones): a quarter will do.
-- What comes after the day on which the goal had to be reached says nothing about it. Where nothing is shown that says
-- something of the goal (`geldig`: of the plan, and after the baseline), a hidden figure is taken of which the ends are
-- known.
with doelen as (
    select *, case when vergelijking = 'nulmeting' then nulmeting_jaar end as na_jaar from {{ ref('int_doel') }}
),

mogelijk as (
    select
        d.doel_code, d.regio_code as doel_regio_code, v.*,
        v.eind_datum >= d.vanaf and coalesce(extract(year from v.eind_datum) > d.na_jaar, true) as geldig
    from doelen as d
    inner join {{ ref('int_doelreeks') }} as v
        on
            d.indicator_code = v.indicator_code and d.regio_code = v.regio_code and d.maat = v.maat
            and (d.reeks is null or d.reeks = v.reeks) and d.horizon >= v.eind_datum
    where v.periode_soort in ('r12m', 'jaar') or v.periode_soort = 'kwartaal' and d.regel in ('dekking', 'mijlpaal')
),

cijfers as (
    select
        *,
        row_number() over (
            partition by doel_code, doel_regio_code
            order by
                case when geldig then waarde is null end asc nulls last,
                eind_datum desc, periode_soort desc, reeks asc
        ) as volgnummer
    from mogelijk
    where waarde is not null and status_waarde in ('gepubliceerd', 'nul') or geldig and minste is not null
),

gekozen as (
    select * from cijfers
    where volgnummer = 1
),

vorige as (
    select distinct on (c.doel_code, c.doel_regio_code)
        c.doel_code, c.doel_regio_code, e.waarde, e.teller, e.label, e.eind_datum, e.minste, e.meeste
    from gekozen as c
    inner join cijfers as e
        on
            c.doel_code = e.doel_code and c.doel_regio_code = e.doel_regio_code
            and c.periode_soort = e.periode_soort and c.reeks = e.reeks
            and e.eind_datum <= c.eind_datum - interval '1 year' + interval '3 days' and e.waarde is not null
    order by c.doel_code asc, c.doel_regio_code asc, e.eind_datum desc
)

select
    c.doel_code, c.doel_regio_code as regio_code, c.periode_code, c.periode_soort, c.label, c.begin_datum, c.eind_datum,
    c.waarde, c.teller, c.noemer, c.ondergrens, c.bovengrens, c.minste, c.meeste, c.reeks,
    c.voorlopig, c.bron, c.bron_soort, c.levering_id, c.bijgewerkt_op,
    v.waarde as waarde_vorig, v.teller as teller_vorig, v.label as label_vorig, v.eind_datum as datum_vorig,
    v.minste as minste_vorig, v.meeste as meeste_vorig
from gekozen as c
left join vorige as v on c.doel_code = v.doel_code and c.doel_regio_code = v.doel_regio_code
