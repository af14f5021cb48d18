{{ config(materialized='view') }}

-- Published survey figures by indicator, region and wave. All persons together come from the tables per region: the
-- table by traits only adds the age groups. A municipality without a row of its own has one that says so.
with voorlopige_jaren as (
    select dataset, jaar from {{ ref('int_voorlopig') }}
    where heel_jaar
),

cellen as (
    select c.*, v.jaar is not null as voorlopig
    from {{ ref('stg_enquete__gepubliceerd') }} as c
    left join voorlopige_jaren as v on c.dataset = v.dataset and c.jaar = v.jaar
    where c.jaar >= 2021 and (c.dataset <> 'vm_online_kenmerken' or c.leeftijdsgroep <> 'totaal')
),

doelgroepen as (
    select leeftijdsgroep, doelgroep from {{ ref('vm_doelgroep') }}
    where leeftijdsgroep is not null
),

metingen as (
    select distinct dataset, indicator_code, jaar, voorlopig, levering_id from cellen
    where leeftijdsgroep = 'totaal' and regio_code = 'NL01'
),

gemeenten as (
    select regio_code from {{ ref('int_regio') }}
    where niveau = 'gemeente' and werkgebied and geldig_tot is null and not restcategorie
),

alle as (
    select
        indicator_code, leeftijdsgroep, regio_code, jaar, waarde, ondergrens, bovengrens, status_waarde, voorlopig,
        levering_id
    from cellen
    union all
    select
        m.indicator_code, 'totaal' as leeftijdsgroep, g.regio_code, m.jaar,
        null as waarde, null as ondergrens, null as bovengrens, 'niet_gepubliceerd_op_niveau' as status_waarde,
        m.voorlopig, m.levering_id
    from metingen as m
    cross join gemeenten as g
    where
        (m.indicator_code, g.regio_code, m.jaar)
        not in (select c.indicator_code, c.regio_code, c.jaar from cellen as c)
)

select
    'vm_gepubliceerd' as reeks, a.indicator_code, a.leeftijdsgroep, coalesce(d.doelgroep, 'totaal') as doelgroep,
    a.regio_code, a.jaar, a.waarde, a.ondergrens, a.bovengrens,
    case when a.waarde is not null then 'cbs_95' end as methode,
    null::integer as n,
    false as indicatief,
    a.status_waarde,
    a.voorlopig,
    a.levering_id
from alle as a
left join doelgroepen as d on a.leeftijdsgroep = d.leeftijdsgroep
