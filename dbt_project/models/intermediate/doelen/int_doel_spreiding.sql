-- How much more the months of a series vary than chance alone (Poisson) would give: Pearson's chi-square over its
-- degrees of freedom, around month x year totals of the last five times twelve months. Never below one.
with maanden as (
    select *, max(maand_index) over (partition by indicator_code, regio_code) as laatste
    from {{ ref('int_doelmaand') }}
),

blokken as (
    select *, (laatste - maand_index) / 12 as blok, maand_index % 12 as maand
    from maanden
    where laatste - maand_index < 60
),

verwacht as (
    select
        indicator_code, regio_code, waarde,
        sum(waarde) over (partition by indicator_code, regio_code, blok)
        * sum(waarde) over (partition by indicator_code, regio_code, maand)
        / nullif(sum(waarde) over (partition by indicator_code, regio_code), 0) as mu
    from blokken
)

select
    indicator_code,
    regio_code,
    count(*)::integer as maanden,
    case
        when count(*) = 60 and sum(waarde) > 0 then greatest(1, sum(power(waarde - mu, 2) / nullif(mu, 0)) / 44)
        else 1
    end as spreiding
from verwacht
group by indicator_code, regio_code
