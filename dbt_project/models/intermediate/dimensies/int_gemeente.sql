-- Every municipality of the country since 2010 with the areas it lies in; the size class is that of Statistics
-- Netherlands, by inhabitants.
with gemeenten as (
    select * from {{ ref('gemeente') }}
),

gebieden as (
    select * from {{ ref('gebied') }}
)

select
    g.gemeente_code,
    g.naam,
    g.provincie_code,
    g.eenheid_code as regionale_eenheid_code,
    g.veiligheidsregio_code,
    v.naam as veiligheidsregio,
    g.stedelijkheid,
    case
        when g.inwoners is not null
            then 1 + width_bucket(g.inwoners, array[5000, 10000, 20000, 50000, 100000, 150000, 250000])
    end as grootteklasse,
    g.geldig_van,
    g.geldig_tot
from gemeenten as g
inner join gebieden as v on g.veiligheidsregio_code = v.gebied_code
