-- Population as delivered, per age group: the sum over single years of age, empty when one is missing. All ages
-- together is the source's own total, never a sum.
with cellen as (
    select * from {{ ref('stg_cbs__bevolking') }}
),

groepen as (
    select * from {{ ref('leeftijdsgroep') }}
),

leeftijden as (
    select
        code,
        titel ilike 'totaal%' as totaal,
        substring(titel from '^(\d+) jaar')::integer as leeftijd
    from {{ ref('stg_codelijst') }}
    where dataset = 'cbs_bevolking' and dimensie = 'Leeftijd'
),

indeling as (
    select
        g.leeftijdsgroep,
        l.code as leeftijd_code,
        count(*) over (partition by g.leeftijdsgroep) as verwacht
    from groepen as g
    inner join leeftijden as l
        on
            (g.leeftijd_van is null and l.totaal)
            or l.leeftijd between g.leeftijd_van and coalesce(g.leeftijd_tot_en_met, 999)
),

sommen as (
    select
        c.peil,
        c.regio_code,
        c.jaar::integer as jaar,
        i.leeftijdsgroep,
        i.verwacht,
        sum(c.inwoners) as som,
        count(c.inwoners) as bekend,
        count(*) filter (where c.status_waarde = 'niet_gepubliceerd_op_niveau') as verborgen,
        count(*) filter (where c.status_waarde = 'onderdrukt') as onderdrukt,
        max(c.levering_id) as levering_id
    from cellen as c
    inner join indeling as i on c.leeftijd_code = i.leeftijd_code
    group by c.peil, c.regio_code, c.jaar, i.leeftijdsgroep, i.verwacht
)

-- The mean of a year that has not ended is `Impossible` at the source as well, although the region exists.
select
    peil,
    regio_code,
    jaar,
    leeftijdsgroep,
    case when bekend = verwacht then som end as inwoners,
    case
        when
            bekend < verwacht
            and peil = 'gemiddeld'
            and bool_or(peil = '1_januari' and bekend = verwacht) over (partition by regio_code, jaar, leeftijdsgroep)
            then 'nog_niet_beschikbaar'
        else {{ status_van_som('som', 'bekend', 'verwacht', 'verborgen', 'onderdrukt') }}
    end as status_waarde,
    levering_id
from sommen
