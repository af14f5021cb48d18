{#- Parts of the sentence of a goal, made with concat: what is not known leaves a gap, never an empty sentence.
    `s`: alias of int_doelstatus, `g`: of vergelijkingsgebied, `k`: of int_doel_dekking. -#}

{#- The figure, with its interval where it has one, and its period; a survey beside its benchmark needs no period. -#}
{% macro doel_kop(s) -%}
    concat(
        case
            when {{ s }}.regel = 'mijlpaal' then {{ s }}.naam else coalesce({{ s }}.indicator_naam, {{ s }}.indicator_code)
        end,
        case
            when {{ s }}.waarde is null then ': nog geen cijfer'
            when {{ s }}.regel = 'mijlpaal' then concat(
                case {{ s }}.waarde
                    when 0 then ': nog niet gereed' when 100 then ': gereed'
                    else concat(': voor ', {{ getal(s ~ '.waarde', 1) }}, '% gereed')
                end,
                ' in ' || {{ s }}.label
            )
            else concat(
                ' ',
                {{ getal_in_maat(s ~ '.waarde', s ~ '.maat') }},
                case
                    when {{ s }}.toets = 'interval' and {{ s }}.ondergrens is not null and {{ s }}.bovengrens is not null
                        then concat(
                            ' (', {{ getal(s ~ '.ondergrens', 1) }}, '-', {{ getal(s ~ '.bovengrens', 1) }}, ')'
                        )
                end,
                case
                    when not ({{ s }}.toets = 'interval' and coalesce({{ s }}.tegen, '') = 'benchmark')
                        then ' in ' || {{ s }}.label
                end
            )
        end
    )
{%- endmacro %}

{#- Which organisations have done it, and which have not. -#}
{% macro doel_dekking(s, k) -%}
    case
        when {{ s }}.regel = 'dekking' and {{ s }}.teller is not null and {{ s }}.noemer is not null
            then concat(
                ': ', {{ s }}.teller, ' van de ', {{ s }}.noemer,
                case {{ s }}.per when 'organisatie' then ' organisaties' else ' gemeenten' end,
                '; niet: ' || {{ k }}.ontbreekt
            )
    end
{%- endmacro %}

{#- What the figure is held against. -#}
{% macro doel_tegenover(s, g) -%}
    case
        when {{ s }}.referentie is null then ''
        when {{ s }}.tegen = 'benchmark'
            then concat(
                ' tegenover ', {{ getal_in_maat(s ~ '.referentie', s ~ '.maat') }},
                ' in ', coalesce({{ g }}.naam, {{ s }}.tegen_code),
                case when {{ s }}.benchmark_modus like 'vast%' then ' in ' || right({{ s }}.benchmark_modus, 4) end
            )
        when {{ s }}.tegen = 'nulmeting' and {{ s }}.nulmeting like 'gemiddelde%'
            then concat(
                ' tegenover gemiddeld ',
                case
                    when {{ s }}.maat = 'aantal' then {{ getal(s ~ '.referentie', 1) }}
                    else {{ getal_in_maat(s ~ '.referentie', s ~ '.maat') }}
                end,
                ' per jaar in ', {{ s }}.aanduiding
            )
        when {{ s }}.tegen = 'nulmeting'
            then concat(
                ' tegenover ', {{ getal_in_maat(s ~ '.referentie', s ~ '.maat') }}, ' in ', {{ s }}.aanduiding
            )
        when {{ s }}.regel = 'mijlpaal' then concat('; de termijn is ', {{ s }}.aanduiding)
        when {{ s }}.regel = 'telling' and {{ s }}.tegen = 'streefwaarde' and {{ s }}.referentie = 1
            then '; het plan noemt geen aantal, ten minste 1 is genoeg'
        when {{ s }}.tegen = 'streefwaarde'
            then concat(
                '; het doel is ', {{ getal_in_maat(s ~ '.referentie', s ~ '.maat') }}, ' op ', {{ s }}.aanduiding
            )
        else ''
    end
{%- endmacro %}

{#- The difference: in percents, unless one of the two is zero; against a benchmark on which side. -#}
{% macro doel_uitkomst(s, g) -%}
    case
        when {{ s }}.verschil is null or {{ s }}.tegen = 'streefwaarde' then ''
        when {{ s }}.tegen = 'nulmeting' and {{ s }}.verschil = 0 then ': gelijk'
        when {{ s }}.waarde <> 0 and {{ s }}.verschil_pct <> 0 and {{ s }}.verschil_pct_onder is not null
            then concat(
                ': ', {{ getal('abs(' ~ s ~ '.verschil_pct)', 1) }}, '% ',
                case when {{ s }}.verschil_pct > 0 then 'hoger' else 'lager' end,
                ' (', {{ getal(s ~ '.verschil_pct_onder', 1) }}, '% tot ',
                {{ getal(s ~ '.verschil_pct_boven', 1) }}, '%)',
                case when {{ doel_vrijwel_gelijk(s) }} then ', vrijwel gelijk' end
            )
        when {{ s }}.tegen = 'benchmark'
            then concat(
                ': ',
                case when {{ s }}.beter then '' else 'nog niet ' end,
                case when {{ s }}.regel = 'naar_benchmark' then 'op' when {{ s }}.teken < 0 then 'onder' else 'boven' end,
                ' het ', coalesce({{ g }}.bijvoeglijk || ' gemiddelde', 'gemiddelde van ' || {{ s }}.tegen_code)
            )
        else concat(
            ': ',
            case
                when {{ s }}.toets <> 'geen' or {{ s }}.verschil_pct is null then ''
                when {{ s }}.maat = 'procent' then {{ getal('abs(' ~ s ~ '.verschil)', 1) }} || ' procentpunt '
                else {{ getal('abs(' ~ s ~ '.verschil_pct)', 1) }} || '% '
            end,
            case when {{ s }}.verschil > 0 then 'hoger' else 'lager' end,
            case
                when {{ s }}.toets = 'geen' and {{ doel_binnen_afronding(s) }} then ', wat afronding kan zijn'
                when {{ s }}.toets = 'geen' and {{ doel_vrijwel_gelijk(s) }} then ', vrijwel gelijk'
            end
        )
    end
{%- endmacro %}

{#- Whether the difference can be chance; of equal figures, and of what a target asks, nothing need be said. -#}
{% macro doel_zekerheid(s) -%}
    case
        when {{ s }}.verschil is null or {{ s }}.verschil = 0 then ''
        when {{ s }}.toets = 'geen' and {{ s }}.tegen = 'streefwaarde' then ''
        when {{ s }}.toets = 'geen' and {{ s }}.afronding is not null
            then concat('; niet op toeval getoetst: de bron rondt af op ', {{ s }}.afronding)
        when {{ s }}.toets = 'geen' or {{ s }}.significant is null then '; niet op toeval getoetst'
        when {{ s }}.significant then '; verschil significant'
        else '; verschil niet significant'
    end
{%- endmacro %}

{#- What is expected at the horizon, and whether the status rests on it. -#}
{% macro doel_vooruitblik(s) -%}
    concat(
        case
            when {{ s }}.verwacht is not null and {{ s }}.status not in ('niet_meetbaar', 'nog_geen_data')
                and {{ s }}.horizon > {{ s }}.peildatum
                then concat(
                    ' Verwacht in de twaalf maanden tot en met ', to_char({{ s }}.horizon, 'DD-MM-YYYY'), ': ',
                    {{ getal(s ~ '.verwacht') }},
                    ' (80%: ', {{ getal(s ~ '.onder_80') }}, '-', {{ getal(s ~ '.boven_80') }}, ').'
                )
        end,
        case
            when {{ s }}.significant or {{ s }}.tegen <> 'nulmeting' or {{ s }}.koers is null then ''
            when {{ s }}.status = 'op_koers' then ' Met 80% zekerheid op koers.'
            when {{ s }}.status = 'van_koers' then ' Met 80% zekerheid van koers.'
        end,
        {{ doel_weg(s) }}
    )
{%- endmacro %}

{#- What a status rests on that the difference does not show: the year before, or where it was at the baseline. -#}
{% macro doel_weg(s) -%}
    case
        when {{ s }}.status not in ('op_koers', 'van_koers', 'geen_verandering', 'richting_goed_niet_significant') then ''
        when {{ s }}.tegen = 'benchmark' and not {{ s }}.beter and {{ s }}.vooruit
            then concat(
                ' In ', {{ s }}.nul_aanduiding, ' was het ', {{ getal_in_maat(s ~ '.nul_waarde', s ~ '.maat') }}, '.'
            )
        when {{ s }}.toets <> 'geen' or {{ s }}.verschil = 0 or {{ s }}.regel = 'mijlpaal' then ''
        when {{ s }}.horizon <= {{ s }}.peildatum then ' De termijn is voorbij.'
        when {{ s }}.waarde_vorig is null then ''
        else concat(
            ' Een jaar eerder', case when {{ s }}.waarde_vorig = {{ s }}.waarde then ' ook' end, ' ',
            {{ getal_in_maat(s ~ '.waarde_vorig', s ~ '.maat') }},
            case
                when {{ s }}.status = 'op_koers' then ': in dat tempo op tijd gehaald'
                when {{ s }}.status = 'van_koers' and {{ s }}.beter_dan_vorig then ': in dat tempo niet op tijd gehaald'
            end,
            '.'
        )
    end
{%- endmacro %}

{#- Newer figures that readers do not get to see. -#}
{% macro doel_nieuwer(s) -%}
    case
        when {{ s }}.verborgen_label is null or {{ s }}.te_oud then ''
        else ' Het cijfer over ' || {{ s }}.verborgen_label || {{ reden_in_woorden(s ~ '.verborgen_status') }} || '.'
    end
{%- endmacro %}

{#- Why there is no figure, in words. -#}
{% macro reden_in_woorden(status) -%}
    case {{ status }}
        when 'onderdrukt' then ' wordt niet getoond, om kleine aantallen te beschermen'
        when 'niet_gepubliceerd_op_niveau' then ' is voor dit gebied niet gepubliceerd'
        else ' is niet volledig bekend'
    end
{%- endmacro %}

{#- Why numbers that follow from enforcement are no verdict. -#}
{% macro doel_voorbehoud_inzet() -%}
    'Het aantal hangt af van de inzet van opsporing en toezicht en zegt op zichzelf niet of het doel gehaald is.'
{%- endmacro %}
