-- Fraud before 2016 was counted otherwise: such a figure may be shown, but never as comparable, and no sum of months
-- may reach over New Year 2016 (month 24192).
select indicator_code, regio_code, periode_code, teller, status_waarde, reeks
from ({{ alle_cijfers() }}) as alle
where
    indicator_code in ('MIS-3.9.1', 'MIS-3.9.2', 'MIS-3.9.3')
    and teller is not null
    and (
        (eind_index < 24192 and (status_waarde <> 'niet_vergelijkbaar' or reeks <> 'tot_2016'))
        or (periode_soort = 'r12m' and eind_index between 24192 and 24202)
    )
