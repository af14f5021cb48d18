{{ config(materialized='view') }}

-- Municipalities of each area. `genest`: partnerships that share no municipality with another one and lie in one
-- province; only for these (and provinces) can it be said what is hidden in one and in the other.
with leden as (
    select gebied_code, gebied_soort, gemeente_code, count(*) over (partition by gebied_code) as leden
    from {{ ref('gebied_gemeente') }}
    where geldig_tot is null
),

werkgebied as (
    select * from {{ ref('int_werkgebied') }}
),

gemeenten as (
    select
        l.*, w.provincie_code,
        count(*) filter (where l.gebied_soort = 'samenwerkingsgebied') over (partition by l.gemeente_code) as samen
    from leden as l
    inner join werkgebied as w on l.gemeente_code = w.gemeente_code
),

gebieden as (
    select
        gebied_code,
        max(samen) = 1 and min(provincie_code) = max(provincie_code) and count(*) = count(provincie_code) as genest,
        string_agg(gemeente_code, ' ' order by gemeente_code) as samenstelling
    from gemeenten
    group by gebied_code
)

select
    g.gebied_code, g.gebied_soort, g.gemeente_code, g.leden::integer as leden,
    case g.gebied_soort
        when 'samenwerkingsgebied' then h.genest
        when 'provincie' then true
        else false
    end as genest,
    case when g.gebied_soort = 'regionale_eenheid' then p.gebied_code end as zelfde_als
from gemeenten as g
inner join gebieden as h on g.gebied_code = h.gebied_code
left join gebieden as p on g.provincie_code = p.gebied_code and h.samenstelling = p.samenstelling
