{{ config(materialized='view') }}

-- The status of every goal with a sentence made from its numbers.
with delen as (
    select
        s.*,
        s.indicator_naam || ' ' || {{ getal_in_maat('s.waarde', 's.maat') }}
        || case
            when
                s.toets = 'interval' and s.ondergrens is not null
                then ' (' || {{ getal('s.ondergrens', 1) }} || '-' || {{ getal('s.bovengrens', 1) }} || ')' else
                ''
        end
        || case when s.toets = 'interval' and s.tegen = 'benchmark' then '' else ' in ' || s.label end as kop,
        case s.tegen
            when 'benchmark'
                then ' tegenover '
                    || {{ getal_in_maat('s.referentie', 's.maat') }}
                    || ' in '
                    || coalesce(g.naam, s.tegen_code)
                    || case when s.benchmark_modus like 'vast%' then ' in ' || right(s.benchmark_modus, 4) else '' end
            when 'nulmeting'
                then ' tegenover '
                    || case
                        when
                            s.nulmeting like 'gemiddelde%'
                            then 'gemiddeld '
                                || case
                                    when s.maat = 'aantal' then {{ getal('s.referentie', 1) }} else
                                        {{ getal_in_maat('s.referentie', 's.maat') }}
                                end
                                || ' per jaar'
                        else {{ getal_in_maat('s.referentie', 's.maat') }}
                    end
                    || ' in ' || s.aanduiding
            when
                'streefwaarde'
                then '; het doel is ' || {{ getal_in_maat('s.referentie', 's.maat') }} || ' op ' || s.aanduiding
            else ''
        end as tegenover,
        case
            when s.verschil_pct_onder is not null
                then ': '
                    || {{ getal('abs(s.verschil_pct)', 1) }}
                    || '% '
                    || case when s.verschil_pct > 0 then 'hoger' else 'lager' end
                    || ' ('
                    || {{ getal('s.verschil_pct_onder', 1) }}
                    || '% tot '
                    || {{ getal('s.verschil_pct_boven', 1) }}
                    || '%)'
            when s.tegen = 'benchmark' and s.regel = 'naar_benchmark'
                then ': '
                    || case when s.beter then 'op' else 'nog niet op' end
                    || ' het '
                    || coalesce(g.bijvoeglijk || ' gemiddelde', 'gemiddelde van ' || s.tegen_code)
            when s.tegen = 'benchmark'
                then ': '
                    || case when s.beter then '' else 'nog niet ' end
                    || case when s.teken < 0 then 'onder' else 'boven' end
                    || ' het ' || coalesce(g.bijvoeglijk || ' gemiddelde', 'gemiddelde van ' || s.tegen_code)
            when
                s.tegen = 'nulmeting'
                then ': ' || case when s.verschil > 0 then 'hoger' when s.verschil < 0 then 'lager' else 'gelijk' end
            else ''
        end as uitkomst,
        case
            when s.significant is null or s.toets = 'geen' then ''
            when s.significant then '; verschil significant'
            else '; verschil niet significant'
        end as zekerheid,
        case
            when s.verwacht is not null
                and s.status not in ('niet_meetbaar', 'nog_geen_data')
                and s.horizon > s.peildatum
                then ' Verwacht in de twaalf maanden tot en met '
                    || to_char(s.horizon, 'DD-MM-YYYY')
                    || ': '
                    || {{ getal('s.verwacht') }}
                    || ' (80%: ' || {{ getal('s.onder_80') }} || '-' || {{ getal('s.boven_80') }} || ').'
            else ''
        end
        || case
            when s.significant or s.tegen <> 'nulmeting' or s.koers is null then ''
            when s.status = 'op_koers' then ' Met 80% zekerheid op koers.'
            when s.status = 'van_koers' then ' Met 80% zekerheid van koers.'
            else ''
        end as vooruitblik
    from {{ ref('int_doelstatus') }} as s
    left join {{ ref('vergelijkingsgebied') }} as g on s.tegen_code = g.regio_code
)

select
    d.*,
    case
        when
            d.status = 'nog_geen_data' and d.waarde is null
            then 'Nog geen cijfers over dit doel (' || coalesce(d.indicator_naam, d.indicator_code) || ').'
        when d.status = 'nog_geen_data' then d.kop || '; nog niets om mee te vergelijken.'
        when
            d.trendbreuk is not null
            then coalesce(d.kop || '; niet', 'Niet') || ' vergelijkbaar met de nulmeting. ' || d.trendbreuk
        when
            d.status_referentie = 'niet_uitgevoerd'
            then coalesce(d.kop || '; er', 'Er') || ' is geen nulmeting: niet uitgevoerd in ' || d.aanduiding || '.'
        when d.status = 'niet_meetbaar' and (not d.zelfde_reeks or d.status_referentie = 'niet_vergelijkbaar')
            then d.kop || '; niet vergelijkbaar met ' || d.aanduiding || ': de telwijze is veranderd.'
        when d.regel = 'telling' and d.vergelijking is null
            then d.kop
                || case
                    when d.waarde > 0 then ': uitgevoerd; het plan noemt geen aantal.' else ': nog niet uitgevoerd.'
                end
        when
            d.status = 'niet_meetbaar' and d.teken = 0
            then d.kop || d.tegenover || d.uitkomst || '. Het plan zegt niet of meer of minder beter is.'
        when
            d.status = 'niet_meetbaar' and d.referentie is null
            then d.kop || '; het plan noemt geen norm of nulmeting.'
        when d.status = 'niet_meetbaar'
            then d.kop || d.tegenover || d.uitkomst || d.zekerheid
                || '. Het aantal hangt af van de inzet van opsporing en toezicht en zegt op zichzelf niet of het doel gehaald is.'
        else d.kop || d.tegenover || d.uitkomst || d.zekerheid || '.' || d.vooruitblik
    end as zin
from delen as d
