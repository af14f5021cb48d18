-- What was delivered, per dataset, level and kind of period; parts that never came say so.
with dekking as (
    select * from {{ ref('int_dekking') }}
)

select
    dataset, tabel, niveau,
    case periode_soort when 'MM' then 'maand' else 'jaar' end as periode_soort,
    status, regios_codelijst, regios_geleverd, perioden_codelijst, perioden_geleverd, eerste_periode, laatste_periode,
    cellen, cellen_met_waarde, bron_soort, levering_id,
    case status
        when 'niet_geleverd' then 'Dit deel is niet geleverd: de cijfers ontbreken en zijn niet nul.'
        when 'gedeeltelijk'
            then
                'Geleverd: ' || regios_geleverd || ' van ' || regios_codelijst || ' regio''s en '
                || perioden_geleverd || ' van ' || perioden_codelijst || ' perioden.'
        else 'Alle regio''s en perioden van de codelijst zijn geleverd.'
    end as toelichting
from dekking
