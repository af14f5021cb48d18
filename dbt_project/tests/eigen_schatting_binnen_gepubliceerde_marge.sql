{{ config(severity='warn') }}

-- The own estimate of the country and of provinces lies within the published bounds. A warning: both are estimates, and
-- one in twenty may lie outside by chance.
with cijfers as (
    select * from {{ ref('int_enquete') }}
    where (regio_code = 'NL01' or regio_code like 'PV%') and indicator_basis like 'VM-ONLINE-%' and doelgroep = 'totaal'
        and leeftijdsgroep = 'totaal'
)

select e.indicator_code, e.regio_code, e.jaar, e.waarde, g.ondergrens, g.bovengrens
from cijfers as e
inner join cijfers as g
    on
        e.indicator_code = g.indicator_code and e.regio_code = g.regio_code and e.jaar = g.jaar
        and e.reeks = 'vm_eigen' and g.reeks = 'vm_gepubliceerd'
where e.waarde not between g.ondergrens and g.bovengrens
