-- The source's total is an indicator of its own: no group may hold it, or everything would count twice.
select groep_code, soort
from {{ ref('misdrijfgroep') }}
where soort = '0.0.0'
