-- Victims of online crime, and what they reported, per delict, region, wave, age and target group; both series. A
-- target group of the plans that is not published has a row that says so.
with cijfers as (
    select * from {{ ref('int_enquete') }}
    where blok = 'online'
),

delicten as (
    select * from {{ ref('vm_delict') }}
),

doelgroepen as (
    select * from {{ ref('vm_doelgroep') }}
),

alle as (
    select
        indicator_basis, delict, maat_enquete, regio_code, niveau, periode_code, jaar, leeftijdsgroep, doelgroep, reeks,
        waarde, ondergrens, bovengrens, n, methode, indicatief, status_waarde, voorlopig, bron, bron_soort, levering_id,
        bijgewerkt_op
    from cijfers
    union all
    select
        c.indicator_basis, c.delict, c.maat_enquete, c.regio_code, c.niveau, c.periode_code, c.jaar, c.leeftijdsgroep,
        g.doelgroep, c.reeks, null as waarde, null as ondergrens, null as bovengrens, null as n, null as methode,
        false as indicatief, 'niet_gepubliceerd_op_niveau' as status_waarde, false as voorlopig,
        c.bron, c.bron_soort, c.levering_id, c.bijgewerkt_op
    from cijfers as c
    inner join doelgroepen as g on not g.gepubliceerd
    where c.reeks = 'vm_gepubliceerd' and c.doelgroep = 'totaal' and c.leeftijdsgroep = 'totaal'
)

select
    a.indicator_basis as indicator_code, d.naam as delict, d.ouder as delictgroep, a.maat_enquete as meting,
    a.regio_code, a.niveau, a.periode_code, a.jaar, a.leeftijdsgroep, a.doelgroep, a.reeks,
    a.waarde, a.ondergrens, a.bovengrens, a.n, a.methode, a.indicatief, a.status_waarde,
    g.toelichting,
    a.voorlopig, a.bron, a.bron_soort, a.levering_id, a.bijgewerkt_op
from alle as a
inner join delicten as d on a.delict = d.delict
left join doelgroepen as g on a.doelgroep = g.doelgroep
