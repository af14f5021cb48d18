{{ config(materialized='view') }}

-- The twelve months up to the horizon as projected (veiligheidsbeeld.goals.projection), against the baseline. Sure
-- enough is eight out of ten: the 80% interval of the ratio, chance in both included, lies on one side of one.
with verhoudingen as (
    select
        d.doel_code, d.regio_code, coalesce(t.geval, 0) as geval, d.horizon, d.teken,
        p.verwacht, p.onder_80, p.boven_80, p.onder_95, p.boven_95, p.methode, p.maanden_bekend,
        ln(nullif(p.verwacht, 0) / nullif(t.b / t.omvang_b, 0)) as log_verhouding,
        sqrt(t.spreiding * (1 / nullif(p.verwacht, 0) + 1 / nullif(t.fout_b, 0)) + power(p.relatieve_fout, 2)) as fout
    from {{ ref('int_doel') }} as d
    inner join {{ source('doelen', 'doel_projectie') }} as p
        on
            d.indicator_code = p.indicator_code and d.regio_code = p.regio_code and d.horizon = p.horizon
            and d.maat = 'aantal' and p.verwacht is not null
    left join {{ ref('int_doel_toets') }} as t
        on d.doel_code = t.doel_code and d.regio_code = t.regio_code and t.tegen = 'nulmeting'
)

select
    doel_code, regio_code, geval, horizon, verwacht, onder_80, boven_80, onder_95, boven_95, methode, maanden_bekend,
    case
        when log_verhouding * teken > 1.281552 * fout then 'goed'
        when log_verhouding * teken < -1.281552 * fout then 'fout'
        else 'onzeker'
    end as koers
from verhoudingen
