-- Soort 2.4.1 counts broken restraining orders only. It may not pass for noise or quarrels of neighbours anywhere:
-- its name says what it is, and the figure that comes nearest is OVL-M22.
with indicatoren as (
    select * from {{ ref('int_indicator') }}
)

select 'de naam van 2.4.1 noemt het huisverbod niet' as fout, indicator_code, naam
from indicatoren
where indicator_code = 'MIS-2.4.1' and naam not like 'Overtreding huisverbod%'
union all
select 'een andere indicator noemt zich naar 2.4.1' as fout, indicator_code, naam
from indicatoren
where indicator_code <> 'MIS-2.4.1' and familie = 'misdrijven' and naam ilike '%burengerucht%'
union all
select 'de waarschuwing bij 2.4.1 wijst niet naar OVL-M22' as fout, indicator_code, naam
from indicatoren
where indicator_code = 'MIS-2.4.1' and coalesce(caveat, '') not like '%OVL-M22%'
