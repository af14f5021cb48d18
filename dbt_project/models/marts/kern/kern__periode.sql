-- Contiguous periods of all kinds.
select periode_code, periode_soort, label, jaar, maand, begin_datum, eind_datum, volgorde
from {{ ref('int_periode') }}
