-- The delivered cells; what the source left empty is zero where its own figures prove that (docs/decisions/0015).
-- Windows and not joins: the planner cannot tell how many series a delivery holds.
with cellen as (
    select *, indicator_code like '%-0.0.0' as totaal from {{ ref('int_cel_geleverd') }}
),

nullen_per_buurt as (
    select indicator_code, regio_code, maand_index from {{ ref('int_cel_buurt') }}
    where periode_soort = 'MM' and waarde = 0 and regio_code like 'GM%'
),

vergeleken as (
    select
        *,
        -- The known soorten already make up the total of the year: nothing is left for the others.
        sum(waarde) filter (where periode_soort = 'JJ' and not totaal) over regiojaar
        = max(waarde) filter (where periode_soort = 'JJ' and totaal) over regiojaar as jaar_volledig,
        max(waarde) filter (where periode_soort = 'JJ') over serie as jaarwaarde,
        coalesce(sum(waarde) filter (where periode_soort = 'MM') over serie, 0) as bekende_maanden
    from cellen
    window
        regiojaar as (partition by familie, regio_code, jaar),
        serie as (partition by familie, regio_code, jaar, indicator_code)
),

beoordeeld as (
    select
        v.*,
        -- The known months already make up the year: nothing is left for the others.
        v.status_waarde = 'onderdrukt'
        and (
            n.regio_code is not null
            or coalesce(coalesce(v.jaarwaarde, case when v.jaar_volledig then 0 end) = v.bekende_maanden, false)
        ) as bewezen_nul
    from vergeleken as v
    left join nullen_per_buurt as n
        on
            v.periode_soort = 'MM'
            and v.indicator_code = n.indicator_code
            and v.regio_code = n.regio_code
            and v.maand_index = n.maand_index
)

select
    familie, indicator_code, regio_code, periode_soort, jaar, maand_index,
    case when bewezen_nul then 0 else waarde end as waarde,
    case when bewezen_nul then 'nul' else status_waarde end as status_waarde,
    levering_id
from beoordeeld
