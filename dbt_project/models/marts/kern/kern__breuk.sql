-- Breaks and disturbances per indicator, for footnotes and vertical lines.
select indicator_code, breuk_code, datum, ernst, tekst
from {{ ref('int_indicator_breuk') }}
