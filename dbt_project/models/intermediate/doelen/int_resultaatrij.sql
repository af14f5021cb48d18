{{ config(materialized='view') }}

-- The rows of the agreed results for every region of their plan, with the period of its baseline, as the plan says.
select
    a.plan_code, a.volgorde, a.hoofdthema, a.rij, a.indicator_code, a.maat, r.regio_code, p.van, p.tot,
    n.nulmeting, n.van as nulmeting_van, n.tot as nulmeting_tot
from {{ ref('resultaatafspraak') }} as a
inner join {{ ref('plan') }} as p on a.plan_code = p.plan_code
inner join {{ ref('int_plangebied') }} as r on a.plan_code = r.plan_code
inner join {{ ref('nulmeting_periode') }} as n on p.nulmeting = n.nulmeting
