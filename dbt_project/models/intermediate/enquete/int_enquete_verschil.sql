{{ config(materialized='view') }}

-- Differences between own estimates in percentage points, with a sentence that says what may be concluded. Its periods
-- are those of int_enquete.
with verschillen as (
    select *, status = 'gepubliceerd' and verschil is not null as getoond from {{ ref('stg_enquete__verschil') }}
),

regios as (
    select regio_code, naam, niveau from {{ ref('int_regio') }}
),

indicatoren as (
    select indicator_code, naam from {{ ref('int_indicator') }}
),

themas as (
    select indicator_code, thema from {{ ref('int_indicator_thema') }}
)

select
    t.thema, v.indicator_code, v.regio_code, r.niveau, p.periode_code, v.jaar, v.leeftijdsgroep,
    v.doelgroep, v.soort, v.tegen,
    coalesce(b.naam, v.tegen) as tegen_naam,
    case when v.getoond then 100.0::double precision * v.verschil end as verschil,
    case when v.getoond then 100.0::double precision * v.ondergrens end as verschil_ondergrens,
    case when v.getoond then 100.0::double precision * v.bovengrens end as verschil_bovengrens,
    case when v.getoond then 100.0::double precision * v.se end as standaardfout,
    case when v.getoond then v.p_waarde end as p_waarde,
    case when v.getoond then v.p_gecorrigeerd end as p_gecorrigeerd,
    case when v.getoond then v.significant end as significant,
    case when v.getoond then v.correctie end as correctie,
    case when v.getoond then v.toetsen end as toetsen,
    case when v.getoond then v.marges_overlappen end as marges_overlappen,
    case when v.getoond then v.methode end as methode,
    case
        when v.getoond and v.verschil = 0 then 'nul' when v.getoond then 'gepubliceerd' else 'onderdrukt'
    end as status_waarde,
    case
        when not v.getoond then 'Te weinig respondenten om te vergelijken.'
        else
            i.naam || ' in ' || r.naam || ', ' || v.jaar || ': '
            || case
                when round(1000 * v.verschil) = 0 then 'even hoog als in ' || coalesce(b.naam, v.tegen) || '.'
                else {{ procentpunt('100 * v.verschil') }} || ' procentpunt '
                    || case when v.verschil > 0 then 'hoger dan in ' else 'lager dan in ' end
                    || coalesce(b.naam, v.tegen) || '. Het verschil '
                    || case when v.significant then 'is groter dan toeval verklaart.' else 'kan toeval zijn.' end
            end
    end as zin,
    l.tabel as bron, l.bron_soort, v.levering_id, l.verwerkt_op as bijgewerkt_op
from verschillen as v
inner join {{ ref('int_periode') }} as p on p.periode_code = v.jaar || 'JJ00'
inner join regios as r on v.regio_code = r.regio_code
inner join indicatoren as i on v.indicator_code = i.indicator_code
inner join themas as t on v.indicator_code = t.indicator_code
inner join {{ ref('int_levering') }} as l on v.levering_id = l.levering_id
left join regios as b on v.tegen = b.regio_code
where v.jaar >= 2021
