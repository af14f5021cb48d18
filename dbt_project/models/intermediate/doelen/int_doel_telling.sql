-- The yearly and quarterly counts of registers that goals are measured by, and the totals that these are part of
-- (`totaal`), as readers have them: shown, shown as a range, or hidden. Of each year what is shown by quarters
-- (`bekend`) and how many quarters are not (`open`).
with indicatoren as (
    select *, coalesce(geheel, case when not basis then familie end) as totaal
    from {{ ref('int_register_indicator') }}
    where berekening = 'telling' and eenheid = 'aantal'
),

gemeten as (
    select indicator_code, totaal from indicatoren
    where indicator_code in (select d.indicator_code from {{ ref('int_doel') }} as d)
),

gevraagd as (
    select indicator_code from gemeten
    union
    select totaal as indicator_code from gemeten
)

select
    t.indicator_code, t.regio_code, t.periode_code, t.periode_soort, t.begin_index / 12 as jaar,
    coalesce(t.minste, t.waarde) as minste, coalesce(t.meeste, t.waarde) as meeste, i.totaal, i.min_cel,
    coalesce(sum(t.waarde) filter (where t.periode_soort = 'kwartaal') over jaar, 0) as bekend,
    count(*) filter (where t.periode_soort = 'kwartaal' and t.waarde is null) over jaar as open
from {{ ref('int_register_telcijfer') }} as t
inner join indicatoren as i on t.indicator_code = i.indicator_code
where
    t.periode_soort in ('kwartaal', 'jaar')
    and coalesce(t.reden, 'verborgen') in ('verborgen', 'niet_gepubliceerd_op_niveau')
    and t.indicator_code in (select g.indicator_code from gevraagd as g)
window jaar as (partition by t.indicator_code, t.regio_code, t.begin_index / 12)
