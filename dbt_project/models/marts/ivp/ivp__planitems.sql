-- Every point of every plan with how it is measured, or why it cannot be, and what its goals say now.
with standen as (
    select
        planitem_id, count(*)::integer as doelen,
        string_agg(distinct status, ', ' order by status) filter (where hele_gebied) as standen
    from {{ ref('int_doelen') }}
    group by planitem_id
),

indicatoren as (
    select planitem_id, string_agg(indicator_code, ', ' order by indicator_code) as indicatoren
    from {{ ref('planitem_indicator') }}
    group by planitem_id
)

select
    i.planitem_id,
    i.plan_code,
    p.korte_naam as plan_naam,
    i.planthema,
    i.thema,
    i.veiligheidsthema,
    v.veiligheidsveld,
    i.soort,
    i.naam,
    i.omschrijving,
    i.hoe_gemeten,
    i.meetbaarheid,
    i.verwijzing,
    n.indicatoren,
    i.reden,
    i.wat_nodig,
    i.doelgroep_jeugd,
    coalesce(s.doelen, 0) as doelen, s.standen
from {{ ref('planitem') }} as i
inner join {{ ref('plan') }} as p on i.plan_code = p.plan_code
left join {{ ref('vng_thema') }} as v on i.veiligheidsthema = v.veiligheidsthema
left join indicatoren as n on i.planitem_id = n.planitem_id
left join standen as s on i.planitem_id = s.planitem_id
