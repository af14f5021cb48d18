{{ config(materialized='view') }}

-- One row per indicator of suspects: a kind of offence and an age group of the source, never of a plan.
with indicatoren as (
    select * from {{ ref('verdachten_indicator') }}
),

leeftijden as (
    select leeftijdsgroep, toelichting from {{ ref('leeftijdsgroep') }}
)

select
    i.indicator_code,
    'verdachten' as familie,
    i.soort,
    i.naam,
    'Personen die de politie als verdachte heeft geregistreerd en die in het gebied wonen, geteld door het CBS; een '
    || 'persoon telt per jaar een keer. Het cijfer per 10.000 is per 10.000 inwoners '
    || case i.leeftijdsgroep when 'totaal' then 'van 12 jaar en ouder.' else 'van die leeftijd.' end as definitie,
    i.soort = 'TOT' as totaal,
    'geregistreerde verdachten' as eenheid,
    true as alleen_jaar,
    i.jeugd,
    i.leeftijdsgroep,
    'woonplaats_verdachte' as ruimtelijk_principe,
    -- More suspects can be more crime and more detection: the number alone says neither.
    'geen' as richting,
    true as inspanningsafhankelijk,
    i.veiligheidsthema as vng_thema,
    coalesce(l.toelichting || ' ', '')
    || 'Afgerond op tientallen: 0 kan 0 tot en met 4 zijn; een samenwerkingsgebied is de som van afgeronde aantallen, '
    || 'per gemeente hooguit 5 ernaast. De twee jongste jaren zijn voorlopig en enkele procenten te laag. Een '
    || 'verdachte is niet schuldig verklaard. Wie van meer soorten verdacht is telt in elk: soorten nooit optellen.'
        as caveat,
    'infoservice (CBS)' as eigenaar,
    i.mart_prim,
    i.mart_ook,
    t.tabel as tabel_gemeente,
    null as tabel_buurt,
    10 as afronding
from indicatoren as i
inner join leeftijden as l on i.leeftijdsgroep = l.leeftijdsgroep
inner join {{ ref('dataset') }} as t on t.dataset = 'cbs_verdachten'
