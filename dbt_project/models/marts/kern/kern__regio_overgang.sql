-- Municipalities that passed into others, with the share of their inhabitants.
select van_code, naar_code, datum, soort, inwoners, woningen, hectare, gewicht
from {{ ref('int_regio_overgang') }}
