-- What a row of a list of the region asks to be measured (`maten`) is a measure of a register: a word that nobody knows
-- would measure nothing without a word.
with gevraagd as (
    select 'programma' as lijst, programma_code as code, regexp_split_to_table(maten, ';') as maat
    from {{ ref('programma') }}
    union all
    select 'locatie' as lijst, locatie_code as code, regexp_split_to_table(maten, ';') as maat
    from {{ ref('locatie') }}
)

select g.lijst, g.code, g.maat
from gevraagd as g
left join {{ ref('register_indicator') }} as i on g.lijst = i.regiolijst and g.maat = i.regiomaat
where i.indicator_code is null
