{{ config(materialized='view') }}

-- The twelve months up to the horizon as projected (veiligheidsbeeld.goals.projection), against the baseline. Sure
-- enough is eight out of ten: the 80% interval of the ratio, chance in both included, lies on one side of one.
select
    d.doel_code,
    d.regio_code,
    d.horizon,
    p.verwacht,
    p.onder_80,
    p.boven_80,
    p.onder_95,
    p.boven_95,
    p.methode,
    p.maanden_bekend,
    case
        when ln(p.verwacht / nullif(t.b / t.omvang_b, 0)) * d.teken
            > 1.281552 * sqrt(t.spreiding * (1 / p.verwacht + 1 / t.b) + power(p.relatieve_fout, 2)) then 'goed'
        when ln(p.verwacht / nullif(t.b / t.omvang_b, 0)) * d.teken
            < -1.281552 * sqrt(t.spreiding * (1 / p.verwacht + 1 / t.b) + power(p.relatieve_fout, 2)) then 'fout'
        when p.verwacht is not null then 'onzeker'
    end as koers
from {{ ref('int_doel') }} as d
inner join {{ source('doelen', 'doel_projectie') }} as p
    on
        d.indicator_code = p.indicator_code and d.regio_code = p.regio_code and d.horizon = p.horizon
        and d.maat = 'aantal' and p.verwacht is not null
left join {{ ref('int_doel_toets') }} as t
    on
        d.doel_code = t.doel_code and d.regio_code = t.regio_code and t.tegen = 'nulmeting'
        and t.b > 0 and p.verwacht > 0
