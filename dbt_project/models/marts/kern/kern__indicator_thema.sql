-- Which indicator is shown in which mart.
select thema, indicator_code, rol
from {{ ref('int_indicator_thema') }}
