-- Cells of the tables per district and neighbourhood (47022NED, 47024NED) that are looked at one by one: years, and
-- months of municipality and country. Months of districts and neighbourhoods stay series: int_maandreeks_buurt.
select geleverd.*
from ({{ politiecellen('buurt') }}) as geleverd
where geleverd.periode_soort = 'JJ' or left(geleverd.regio_code, 2) not in ('WK', 'BU')
