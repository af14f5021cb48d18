-- The whole country as the national lists have it, in the form of int_regio: whatever the sources of this copy hold,
-- every municipality, province, unit and part of the country is there.
with gemeenten as (
    select * from {{ ref('int_gemeente') }}
),

landsdelen as (
    select geheel_code as landsdeel_code, deel_code as provincie_code from {{ ref('regio_samenstelling') }}
    where geheel_code like 'LD%'
),

gebieden as (
    select
        g.gebied_code, g.naam, g.soort,
        case g.soort when 'landsdeel' then g.gebied_code else l.landsdeel_code end as landsdeel_code
    from {{ ref('gebied') }} as g
    left join landsdelen as l on g.gebied_code = l.provincie_code
    where g.soort <> 'veiligheidsregio'
)

select
    gebied_code as regio_code, naam, soort as niveau,
    case soort when 'nederland' then null when 'provincie' then landsdeel_code else 'NL01' end as ouder_code,
    landsdeel_code,
    case soort when 'provincie' then gebied_code end as provincie_code,
    case soort when 'regionale_eenheid' then gebied_code end as regionale_eenheid_code,
    null as gemeente_code, null::date as geldig_van, null::date as geldig_tot
from gebieden
union all
select
    g.gemeente_code as regio_code, g.naam, 'gemeente' as niveau, g.provincie_code as ouder_code, l.landsdeel_code,
    g.provincie_code, g.regionale_eenheid_code, g.gemeente_code, g.geldig_van, g.geldig_tot
from gemeenten as g
inner join landsdelen as l on g.provincie_code = l.provincie_code
