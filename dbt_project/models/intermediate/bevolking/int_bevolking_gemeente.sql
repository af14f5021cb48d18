-- Population per municipality on the boundaries of today, because the police restate all years on those: before a
-- merger the inhabitants of the municipalities that ended count in by weight. Empty when one of them is missing. Those
-- of elsewhere are there when the region asks for the whole country (`gemeenten: land`).
with groepen as (
    select * from {{ ref('int_bevolking_groep') }}
    where regio_code like 'GM%'
),

gemeenten as (
    select * from {{ ref('int_regio') }}
    where niveau = 'gemeente' and (werkgebied or regio_code in (select g.regio_code from groepen as g))
),

jaren as (
    select distinct peil, jaar, leeftijdsgroep from groepen
),

sleutels as (
    select g.regio_code, g.geldig_tot, j.peil, j.jaar, j.leeftijdsgroep
    from gemeenten as g
    cross join jaren as j
),

delen as (
    select s.*, s.regio_code as deel_code, 1.0::double precision as gewicht, false as opgeheven
    from sleutels as s
    union all
    select s.*, k.van_code as deel_code, k.gewicht, true as opgeheven
    from sleutels as s
    inner join {{ ref('int_regio_keten') }} as k on s.regio_code = k.naar_code and make_date(s.jaar, 1, 1) < k.datum
    left join {{ ref('int_regio') }} as r on k.van_code = r.regio_code
    where r.geldig_van is null or r.geldig_van <= make_date(s.jaar, 1, 1)
),

-- `Impossible` at the source: the municipality did not exist (yet, or any more) and takes no part.
sommen as (
    select
        d.regio_code, d.peil, d.jaar, d.leeftijdsgroep,
        sum(g.inwoners * d.gewicht) as som,
        count(g.inwoners) as bekend,
        count(*) filter (where coalesce(g.status_waarde, '') <> 'niet_gepubliceerd_op_niveau') as verwacht,
        count(*) filter (where g.status_waarde = 'onderdrukt') as onderdrukt,
        bool_or(d.opgeheven and g.inwoners is not null) as herrekend,
        bool_and(coalesce(d.geldig_tot <= make_date(d.jaar, 1, 1), false)) as vervallen,
        max(g.levering_id) as levering_id
    from delen as d
    left join groepen as g
        on
            d.deel_code = g.regio_code and d.peil = g.peil and d.jaar = g.jaar
            and d.leeftijdsgroep = g.leeftijdsgroep
    group by d.regio_code, d.peil, d.jaar, d.leeftijdsgroep
)

select
    peil, regio_code, jaar, leeftijdsgroep,
    case when bekend = verwacht and bekend > 0 then som end as inwoners,
    case
        when bekend = verwacht and som = 0 then 'nul'
        when bekend = verwacht and bekend > 0 then 'gepubliceerd'
        when vervallen then 'niet_gepubliceerd_op_niveau'
        when onderdrukt > 0 then 'onderdrukt'
        else 'nog_niet_beschikbaar'
    end as status_waarde,
    herrekend,
    levering_id
from sommen
