-- Periods over which each register is measured, by how often it is kept up. Rolling years and years to date end with
-- the last quarter that is over, each year in the same month.
with registers as (
    select distinct register, frequentie from {{ ref('int_register_indicator') }}
),

grenzen as (
    select
        register,
        min(maand_index) as eerste,
        max(maand_index) as laatste,
        (max(maand_index) + 1) / 3 * 3 - 1 as peil_index
    from {{ ref('int_register_dekking') }}
    group by register
)

select
    r.register, p.periode_code, p.periode_soort, p.begin_index, p.eind_index, p.jaar,
    p.eind_index - p.begin_index + 1 as maanden
from registers as r
inner join grenzen as g on r.register = g.register
inner join {{ ref('int_periode') }} as p
    on
        p.begin_index >= case p.periode_soort when 'jaar' then g.eerste / 12 * 12 else g.eerste end
        and p.eind_index <= case p.periode_soort when 'jaar' then g.laatste / 12 * 12 + 11 else g.laatste end
where
    p.periode_soort = 'jaar'
    or (r.frequentie <> 'jaar' and p.periode_soort = 'kwartaal')
    or (r.frequentie = 'maand' and p.periode_soort = 'maand')
    or (r.frequentie <> 'jaar' and p.periode_soort in ('r12m', 'jtd') and p.eind_index % 12 = g.peil_index % 12)
