{{ config(materialized='view') }}

-- The least and the most that a year of a baseline can be, of counts: what is shown, or what follows for readers. Of a
-- year that ends early the quarters count, of which the last may have all of its cases before that end, or none.
with jaren as (
    select *, tot_dag = make_date(jaar, 12, 31) as heel from {{ ref('int_doel_nulmetingjaar') }}
    where maat = 'aantal'
),

cijfers as (
    select *, coalesce(minste, waarde) as laag, coalesce(meeste, waarde) as hoog from {{ ref('int_doelreeks') }}
    where periode_soort in ('jaar', 'kwartaal') and status_waarde not in ('niet_vergelijkbaar', 'niet_uitgevoerd')
)

select
    j.indicator_code, j.regio_code, j.nulmeting, j.jaar,
    case
        when j.heel then max(c.laag) filter (where c.periode_soort = 'jaar')
        else coalesce(sum(c.laag) filter (where c.eind_datum <= j.tot_dag), 0)
    end as minste,
    case
        when j.heel then max(c.hoog) filter (where c.periode_soort = 'jaar')
        else least(
                sum(c.hoog) filter (where c.periode_soort = 'kwartaal'),
                max(c.hoog) filter (where c.periode_soort = 'jaar')
            )
    end as meeste
from jaren as j
inner join cijfers as c
    on
        j.indicator_code = c.indicator_code and j.regio_code = c.regio_code and j.maat = c.maat
        and extract(year from c.begin_datum) = j.jaar and j.tot_dag >= c.begin_datum and c.hoog is not null
group by j.indicator_code, j.regio_code, j.nulmeting, j.jaar, j.heel, j.tot_dag
having j.heel or count(*) filter (where c.periode_soort = 'kwartaal') = extract(quarter from j.tot_dag)
