-- Cells of the tables per municipality and higher (47013NED, 47021NED). What the source left empty is zero where its
-- own figures prove that (docs/decisions/0015). Windows and a looked-up list, not joins: the planner cannot tell how
-- many cells a delivery holds.
with cellen as (
    select *, indicator_code like '%-0.0.0' as totaal
    from ({{ politiecellen('gemeente') }}) as geleverd
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
        *,
        status_waarde = 'onderdrukt'
        and (
            -- The known months already make up the year: nothing is left for the others.
            coalesce(coalesce(jaarwaarde, case when jaar_volledig then 0 end) = bekende_maanden, false)
            or (
                periode_soort = 'MM'
                and (indicator_code, regio_code, maand_index) in (
                    select n.indicator_code, n.regio_code, n.maand_index from nullen_per_buurt as n
                )
            )
        ) as bewezen_nul
    from vergeleken
)

select
    familie, indicator_code, regio_code, periode_soort, jaar, maand_index,
    case when bewezen_nul then 0 else waarde end as waarde,
    case when bewezen_nul then 'nul' else status_waarde end as status_waarde,
    levering_id
from beoordeeld
