{{ config(materialized='view') }}

-- The status of a goal: the first rule that applies.
with oordelen as (
    select o.*, {{ doel_vrijwel_gelijk('o') }} as vrijwel_gelijk
    from {{ ref('int_doel_oordeel') }} as o
)

select
    *,
    case
        when trendbreuk is not null then 'niet_meetbaar'
        when status_referentie in ('niet_uitgevoerd', 'niet_vergelijkbaar') then 'niet_meetbaar'
        when waarde is null then 'nog_geen_data'
        -- What was before the plan says nothing about it.
        when peildatum < vanaf then 'nog_geen_data'
        when
            regel = 'telling' and vergelijking is null
            then case when waarde > 0 then 'gehaald' else 'geen_verandering' end
        -- Older than what it would be held against.
        when vergelijking = 'nulmeting' and extract(year from peildatum) <= nulmeting_jaar then 'nog_geen_data'
        when teken = 0 or vergelijking is null then 'niet_meetbaar'
        when referentie is null then 'nog_geen_data'
        when not zelfde_reeks then 'niet_meetbaar'
        -- More or less enforcement gives more or less of these offences: the number alone is no verdict.
        when inspanningsafhankelijk and teken < 0 then 'niet_meetbaar'
        when richting <> 'niet_hoger' and coalesce(koers, 'onzeker') = 'onzeker' and vrijwel_gelijk
            then 'geen_verandering'
        when richting = 'niet_hoger' and (beter or not coalesce(significant, false)) then 'gehaald'
        when beter and (significant or toets = 'geen') then 'gehaald'
        when toets = 'geen' or significant is null
            then case
                    when horizon <= peildatum then 'van_koers'
                    when beter_dan_vorig and tempo_genoeg then 'op_koers'
                    when beter_dan_vorig then 'van_koers'
                    when beter then 'richting_goed_niet_significant'
                    else 'geen_verandering'
                end
        when not beter and significant and vooruit and nul_significant and tegen <> 'nulmeting' then 'op_koers'
        when not beter and significant then 'van_koers'
        when tegen = 'nulmeting' and koers = 'goed' then 'op_koers'
        when tegen = 'nulmeting' and koers = 'fout' then 'van_koers'
        when beter or vooruit then 'richting_goed_niet_significant'
        else 'geen_verandering'
    end as status
from oordelen
