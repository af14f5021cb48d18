{{ config(indexes=[{'columns': ['dataset', 'regio_code', 'soort', 'leeftijdsgroep']}]) }}

-- Series of all levels, with the rate of the source or, for partnerships, a ratio of sums. Where all parts are zero the
-- source gives no rate, nor do we. The bounds say what rounding leaves open: half of it per rounded part.
with cijfers as (
    select
        dataset, soort, leeftijdsgroep, regio_code, niveau, jaar, waarde, 1 as delen, relatief,
        null::integer as inwoners, status_waarde, status_relatief, levering_id
    from {{ ref('int_kubus_cel') }}
    union all
    select
        s.dataset, s.soort, s.leeftijdsgroep, s.regio_code, 'samenwerkingsgebied' as niveau, s.jaar, s.waarde,
        s.aantal_leden as delen,
        case
            when s.waarde > 0 and s.status_noemer = 'gepubliceerd' then r.per::double precision * s.waarde / s.inwoners
        end as relatief,
        s.inwoners,
        s.status_waarde,
        case
            when s.waarde is null then s.status_waarde
            when s.status_noemer <> 'gepubliceerd' then s.status_noemer
            when s.waarde = 0 then 'onderdrukt'
            else 'gepubliceerd'
        end as status_relatief,
        s.levering_id
    from {{ ref('int_kubus_samenwerking') }} as s
    inner join {{ ref('int_kubus_reeks') }} as r on s.dataset = r.dataset and s.soort = r.soort
),

voorlopige_jaren as (
    select dataset, jaar from {{ ref('int_voorlopig') }}
    where heel_jaar
)

select
    c.dataset, c.soort, c.leeftijdsgroep, c.regio_code, c.niveau, c.jaar, c.jaar || 'JJ00' as periode_code,
    c.waarde,
    case
        when c.waarde is not null and r.afronding is not null
            then greatest(0, c.waarde - r.afronding / 2.0 * c.delen)
    end as ondergrens,
    c.waarde + r.afronding / 2.0 * c.delen as bovengrens,
    c.relatief, c.inwoners as noemer, c.status_waarde, c.status_relatief,
    c.waarde is not null and v.jaar is not null as voorlopig,
    l.tabel as bron,
    l.bron_soort,
    c.levering_id,
    l.verwerkt_op as bijgewerkt_op
from cijfers as c
inner join {{ ref('int_kubus_reeks') }} as r on c.dataset = r.dataset and c.soort = r.soort
inner join {{ ref('int_bronlevering') }} as l on c.levering_id = l.levering_id
left join voorlopige_jaren as v on c.dataset = v.dataset and c.jaar = v.jaar
