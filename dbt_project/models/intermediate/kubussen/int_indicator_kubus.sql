{{ config(materialized='view') }}

-- One row per indicator of a table that is measured by its contract: a series and an age group of the source.
with indicatoren as (
    select indicator.*
    from
        jsonb_to_recordset({{ uit_contracten('indicatoren') }}) as indicator (
            dataset text, indicator_code text, soort text, leeftijdsgroep text, naam text, definitie text, eenheid text,
            jeugd boolean, ruimtelijk_principe text, richting text, inspanningsafhankelijk boolean, vng_thema text,
            caveat text, eigenaar text, mart_prim text, mart_ook text
        )
),

leeftijden as (
    select leeftijdsgroep, toelichting from {{ ref('leeftijdsgroep') }}
)

select
    i.dataset,
    i.indicator_code,
    d.familie,
    i.soort,
    i.naam,
    i.definitie,
    r.totaal,
    i.eenheid,
    true as alleen_jaar,
    i.jeugd,
    i.leeftijdsgroep,
    i.ruimtelijk_principe,
    i.richting,
    i.inspanningsafhankelijk,
    i.vng_thema,
    nullif(concat_ws(' ', l.toelichting, nullif(i.caveat, '')), '') as caveat,
    i.eigenaar,
    i.mart_prim,
    i.mart_ook,
    d.tabel as tabel_gemeente,
    null as tabel_buurt,
    r.afronding
from indicatoren as i
inner join {{ ref('int_kubus_reeks') }} as r on i.dataset = r.dataset and i.soort = r.soort
inner join leeftijden as l on i.leeftijdsgroep = l.leeftijdsgroep
inner join {{ ref('int_dataset') }} as d on i.dataset = d.dataset
