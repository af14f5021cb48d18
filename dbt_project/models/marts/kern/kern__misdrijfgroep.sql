-- Groups of soorten misdrijf.
select groep_code, groep_naam, 'MIS-' || soort as indicator_code, soort, toelichting
from {{ ref('misdrijfgroep') }}
