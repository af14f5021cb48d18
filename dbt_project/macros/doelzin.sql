{#- Parts of the sentence of a goal, made with concat: what is not known leaves a gap, never an empty sentence.
    `s`: alias of int_doelstatus, `g`: of vergelijkingsgebied, `k`: of int_doel_dekking. -#}

{#- The figure, with its interval where it has one, and its period; a survey beside its benchmark needs no period. -#}
{% macro doel_kop(s) -%}
    concat(
        coalesce({{ s }}.indicator_naam, {{ s }}.indicator_code),
        case
            when {{ s }}.waarde is null then ': nog geen cijfer'
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
        when {{ s }}.verschil > 0 then ': hoger'
        else ': lager'
    end
{%- endmacro %}

{#- Whether the difference can be chance; of equal figures nothing need be said. -#}
{% macro doel_zekerheid(s) -%}
    case
        when {{ s }}.significant is null or {{ s }}.toets = 'geen' or {{ s }}.verschil = 0 then ''
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
        end
    )
{%- endmacro %}

{#- A change against the baseline that is too small to speak of: one percent, or less than one case. -#}
{% macro doel_vrijwel_gelijk(s) -%}
    coalesce(
        {{ s }}.tegen = 'nulmeting'
        and (
            abs({{ s }}.verschil_pct) <= 1
            or ({{ s }}.maat = 'aantal' and abs({{ s }}.verschil) < 1 and not coalesce({{ s }}.significant, false))
        ),
        false
    )
{%- endmacro %}

{#- Why there is no baseline, in words. -#}
{% macro reden_in_woorden(status) -%}
    case {{ status }}
        when 'onderdrukt' then 'is te klein om te tonen'
        when 'niet_gepubliceerd_op_niveau' then 'is voor dit gebied niet gepubliceerd'
        else 'is niet volledig bekend'
    end
{%- endmacro %}

{#- Why numbers that follow from enforcement are no verdict. -#}
{% macro doel_voorbehoud_inzet() -%}
    'Het aantal hangt af van de inzet van opsporing en toezicht en zegt op zichzelf niet of het doel gehaald is.'
{%- endmacro %}
