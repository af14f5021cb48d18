{{ config(materialized='view') }}

-- Published survey figures by indicator, region and wave. All persons together come from the tables per region: the
-- table by traits only adds the age groups. A municipality without a row of its own has one that says so.
with cellen as (
    select * from {{ ref('stg_enquete__gepubliceerd') }}
    where jaar >= 2021
),

maatcodes as (
    select * from {{ ref('vm_maatcode') }}
),

kenmerken as (
    select * from {{ ref('vm_kenmerk') }}
    where leeftijdsgroep <> 'totaal'
),

metingen as (
    select distinct dataset, maat_code, jaar, levering_id from cellen
    where kenmerk_code is null and regio_code = 'NL01'
),

gemeenten as (
    select regio_code from {{ ref('int_regio') }}
    where niveau = 'gemeente' and werkgebied and geldig_tot is null and not restcategorie
),

alle as (
    select c.*, coalesce(k.leeftijdsgroep, 'totaal') as leeftijdsgroep, coalesce(k.doelgroep, 'totaal') as doelgroep
    from cellen as c
    left join kenmerken as k on c.kenmerk_code = k.kenmerk_code
    where c.kenmerk_code is null or k.kenmerk_code is not null
    union all
    select
        m.dataset, m.maat_code, g.regio_code, null as kenmerk_code, m.jaar,
        null as waarde, null as ondergrens, null as bovengrens, 'niet_gepubliceerd_op_niveau' as status_waarde,
        m.levering_id, 'totaal' as leeftijdsgroep, 'totaal' as doelgroep
    from metingen as m
    cross join gemeenten as g
    where (m.maat_code, g.regio_code, m.jaar) not in (select c.maat_code, c.regio_code, c.jaar from cellen as c)
)

select
    'vm_gepubliceerd' as reeks, m.indicator_code, a.leeftijdsgroep, a.doelgroep, a.regio_code, a.jaar,
    a.waarde, a.ondergrens, a.bovengrens,
    case when a.waarde is not null then 'cbs_95' end as methode,
    null::integer as n,
    false as indicatief,
    a.status_waarde,
    a.levering_id
from alle as a
inner join maatcodes as m on a.maat_code = m.maat_code
