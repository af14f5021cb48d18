{{ config(materialized='view') }}

-- The status of a goal: the first rule that applies. What was not tested for chance follows the rule of a smallest
-- change (docs/decisions/0014-untested-changes.md).
with oordelen as (
    select
        o.*, v.verborgen_label, v.verborgen_status,
        {{ doel_vrijwel_gelijk('o') }} as vrijwel_gelijk, {{ doel_binnen_afronding('o') }} as binnen_afronding,
        -- What was before the plan, or not after what it would be held against, says nothing about the goal.
        coalesce(
            o.waarde is null or o.peildatum < o.vanaf
            or (o.vergelijking = 'nulmeting' and extract(year from o.peildatum) <= o.nulmeting_jaar),
            false
        ) as te_oud
    from {{ ref('int_doel_oordeel') }} as o
    left join {{ ref('int_doel_verborgen') }} as v on o.doel_code = v.doel_code and o.regio_code = v.regio_code
)

select
    *,
    case
        when trendbreuk is not null then 'niet_meetbaar'
        when status_referentie in ('niet_uitgevoerd', 'niet_vergelijkbaar') then 'niet_meetbaar'
        when te_oud then case when verborgen_label is null then 'nog_geen_data' else 'niet_meetbaar' end
        -- Without a number in the plan nothing can be reached: it was done, or not yet.
        when
            regel = 'telling' and (vergelijking is null or (tegen = 'streefwaarde' and referentie <= 1)) and waarde > 0
            then 'uitgevoerd'
        when regel = 'telling' and vergelijking is null then 'geen_verandering'
        when teken = 0 or vergelijking is null then 'niet_meetbaar'
        when
            referentie is null
            then case
                    when status_referentie in ('onderdrukt', 'verborgen', 'niet_gepubliceerd_op_niveau')
                        then 'niet_meetbaar'
                    else 'nog_geen_data'
                end
        when not zelfde_reeks then 'niet_meetbaar'
        -- More or less enforcement gives more or less of these offences: the number alone is no verdict.
        when inspanningsafhankelijk and teken < 0 then 'niet_meetbaar'
        when richting <> 'niet_hoger' and coalesce(koers, 'onzeker') = 'onzeker' and vrijwel_gelijk
            then 'geen_verandering'
        when richting = 'niet_hoger' and (beter or not coalesce(significant, false)) then 'gehaald'
        when beter and (significant or toets = 'geen') then 'gehaald'
        when toets = 'geen' then {{ doel_tempo_status() }}
        when not beter and significant and vooruit and nul_significant and tegen <> 'nulmeting' then 'op_koers'
        when not beter and significant then 'van_koers'
        when tegen = 'nulmeting' and koers = 'goed' then 'op_koers'
        when tegen = 'nulmeting' and koers = 'fout' then 'van_koers'
        when beter or vooruit then 'richting_goed_niet_significant'
        else 'geen_verandering'
    end as status
from oordelen
