{#- Rules of the status of a goal (docs/decisions/0014-untested-changes.md). -#}

{#- A change against the baseline that is too small to speak of. Tested for chance: one percent, or less than one case
    that is not significant. Not tested: less than five percent, or less than one (case, day, percentage point), or no
    more than rounding at the source can make of nothing. -#}
{% macro doel_vrijwel_gelijk(s) -%}
    coalesce(
        {{ s }}.tegen = 'nulmeting'
        and case {{ s }}.toets
            when 'geen'
                then abs({{ s }}.verschil) < 1 or abs({{ s }}.verschil_pct) < 5 or {{ doel_binnen_afronding(s) }}
            else
                abs({{ s }}.verschil_pct) <= 1
                or ({{ s }}.maat = 'aantal' and abs({{ s }}.verschil) < 1 and not coalesce({{ s }}.significant, false))
        end,
        false
    )
{%- endmacro %}

{#- Not reached and not tested for chance: would the change of the last year, carried on, reach it in time? A milestone
    has no pace: it is done or it is not. -#}
{% macro doel_tempo_status() -%}
    case
        when horizon <= peildatum then 'van_koers'
        when waarde_vorig is null and regel in ('dekking', 'streefwaarde') then 'nog_geen_data'
        when beter_dan_vorig and tempo_genoeg then 'op_koers'
        when beter_dan_vorig or tegen = 'nulmeting' or (waarde - waarde_vorig) * teken < 0 then 'van_koers'
        else 'geen_verandering'
    end
{%- endmacro %}

{#- Both figures are rounded, and by as much: the difference may be off by twice what one of them may be off. A mean of
    rounded years is off by as much as one year at worst. -#}
{% macro doel_binnen_afronding(s) -%}
    coalesce(
        {{ s }}.afronding is not null and {{ s }}.tegen = 'nulmeting'
        and abs({{ s }}.verschil) <= 2 * ({{ s }}.bovengrens - {{ s }}.waarde),
        false
    )
{%- endmacro %}

{#- The status of a goal of which everything is known: the first rule that applies. -#}
{% macro doel_stand() -%}
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
    end
{%- endmacro %}
