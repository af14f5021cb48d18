{{ config(indexes=[{'columns': ['indicator_code', 'regio_code', 'maand_index'], 'unique': true}]) }}

-- Measures that lack a column in a month, per municipality and in every area of which it is a member.
with kolommen as (
    select i.register, i.indicator_code, kolom.naam as kolom
    from {{ ref('int_register_indicator') }} as i
    cross join lateral regexp_split_to_table(i.kolommen, ',') as kolom (naam)
),

gemeenten as (
    select distinct i.indicator_code, k.gemeente_code, k.maand_index
    from {{ ref('int_register_kolom') }} as k
    inner join kolommen as i on k.register = i.register and k.kolom = i.kolom
),

leden as (
    select gebied_code as regio_code, gemeente_code from {{ ref('int_register_lid') }}
    union all
    select gemeente_code as regio_code, gemeente_code from {{ ref('int_werkgebied') }}
)

select distinct g.indicator_code, l.regio_code, g.maand_index
from gemeenten as g
inner join leden as l on g.gemeente_code = l.gemeente_code
