-- What the newest figure is held against: baseline, benchmark (of the same period, or fixed at a year) and target. One
-- row per goal, region and kind; `teller` and `omvang` make a rate, so that counts are tested as counts.
select * from {{ ref('int_doel_nulmeting') }}
union all
select
    doel_code, regio_code, tegen, tegen_code, waarde, teller, null as minste, null as meeste, omvang, ondergrens,
    bovengrens, reeks, status_waarde, aanduiding
from {{ ref('int_doel_benchmark') }}
union all
select
    doel_code, regio_code, 'streefwaarde' as tegen, null as tegen_code,
    streven as waarde, null as teller, null as minste, null as meeste,
    null as omvang, null as ondergrens, null as bovengrens,
    null as reeks, 'gepubliceerd' as status_waarde, to_char(horizon, 'DD-MM-YYYY') as aanduiding
from {{ ref('int_doel') }}
where vergelijking = 'streefwaarde'
