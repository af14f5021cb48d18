{{ config(materialized='view') }}

-- The status of every goal with a sentence made from its numbers: what stands in the way of a verdict goes first.
with delen as (
    select s.*, z.ontbreekt, z.kop, z.tegenover, z.uitkomst, z.zekerheid, z.vooruitblik, z.nieuwer
    from {{ ref('int_doelstatus') }} as s
    inner join {{ ref('int_doelzin') }} as z on s.doel_code = z.doel_code and s.regio_code = z.regio_code
)

select
    *,
    case
        when te_oud and trendbreuk is null and verborgen_label is not null
            then concat(
                    coalesce(indicator_naam, indicator_code), ': het cijfer over ', verborgen_label,
                    {{ reden_in_woorden('verborgen_status') }}, '.'
                )
        when status = 'nog_geen_data' and waarde is null
            then concat('Nog geen cijfers over dit doel (', coalesce(indicator_naam, indicator_code), ').')
        when status = 'nog_geen_data' and peildatum < vanaf
            then concat(kop, '; nog geen cijfers van na het begin van het plan.')
        when status = 'nog_geen_data' and te_oud
            then concat(kop, '; nog geen cijfers van na de nulmeting.')
        when status = 'nog_geen_data' and referentie is not null
            then concat(kop, tegenover, '; nog geen eerder cijfer om het tempo aan af te meten.')
        when status = 'nog_geen_data'
            then concat(kop, '; nog niets om mee te vergelijken: de nulmeting is niet volledig bekend.')
        when trendbreuk is not null
            then concat(kop, '; niet vergelijkbaar met de nulmeting. ', trendbreuk)
        when status_referentie = 'niet_uitgevoerd'
            then concat(kop, '; er is geen nulmeting: niet uitgevoerd', ' in ' || aanduiding, '.', nieuwer)
        when status = 'niet_meetbaar' and (not zelfde_reeks or status_referentie = 'niet_vergelijkbaar')
            then concat(kop, '; niet vergelijkbaar met ', coalesce(aanduiding, 'eerder'), ': de telwijze is veranderd.')
        when regel = 'telling' and vergelijking is null
            then concat(kop, case waarde when 0 then ': nog niet uitgevoerd.' else '; het plan noemt geen aantal.' end)
        when status = 'niet_meetbaar' and referentie is null and vergelijking is null
            then concat(kop, '; het plan noemt geen norm of nulmeting.', nieuwer)
        when status = 'niet_meetbaar' and referentie is null
            then concat(
                    kop, '; niet te vergelijken: de nulmeting',
                    {{ reden_in_woorden('status_referentie') }}, '.', nieuwer
                )
        when status = 'niet_meetbaar' and teken = 0
            then concat(kop, tegenover, uitkomst, '. Het plan zegt niet of meer of minder beter is.', nieuwer)
        when status = 'niet_meetbaar'
            then concat(kop, tegenover, uitkomst, zekerheid, '. ', {{ doel_voorbehoud_inzet() }}, nieuwer)
        else concat(kop, tegenover, uitkomst, zekerheid, '.', vooruitblik, nieuwer)
    end as zin
from delen
