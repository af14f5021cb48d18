-- Every count has a region, an indicator and a period: none falls out, or doubles, when they are joined. So whatever
-- the marts take of them refers to what exists.
with aantallen as (
    select count(*) as rijen from ({{ samen(['int_maand_gemeente', 'int_maand_samenwerking']) }}) as maanden
    union all
    select sum({{ aantal_maanden('maanden') }}) as rijen from {{ ref('int_maandreeks_buurt') }}
    union all
    select count(*) as rijen from ({{ alle_r12m() }}) as vensters
    union all
    select count(*) as rijen from ({{ alle_jtd() }}) as begin_van_jaar
    union all
    select count(*) as rijen from ({{ alle_jaren() }}) as jaren
),

voor as (
    select sum(rijen) as rijen from aantallen
),

na as (
    select count(*) as rijen from ({{ alle_cijfers() }}) as alle
)

select voor.rijen as voor, na.rijen as na
from voor
cross join na
where voor.rijen <> na.rijen
