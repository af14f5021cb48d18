{{ config(indexes=[{'columns': ['regio_code', 'soort', 'leeftijdsgroep']}]) }}

-- Suspects of all levels, with the rate of the source or, for partnerships, a ratio of sums. Where all parts round to
-- zero the source gives no rate, nor do we. The bounds of a count say what rounding leaves open: 5 per rounded part.
with cijfers as (
    select
        soort, leeftijdsgroep, regio_code, niveau, jaar, aantal, 1 as afgeronde_delen,
        per_10000::double precision as per_10000, null::integer as noemer, status_waarde, status_per_10000, levering_id
    from {{ ref('int_verdachten_cel') }}
    union all
    select
        soort, leeftijdsgroep, regio_code, 'samenwerkingsgebied' as niveau, jaar, aantal,
        aantal_leden as afgeronde_delen,
        case when aantal > 0 and status_noemer = 'gepubliceerd' then 10000.0::double precision * aantal / inwoners end
            as per_10000,
        inwoners as noemer,
        status_waarde,
        case
            when aantal is null then status_waarde
            when status_noemer <> 'gepubliceerd' then status_noemer
            when aantal = 0 then 'onderdrukt'
            else 'gepubliceerd'
        end as status_per_10000,
        levering_id
    from {{ ref('int_verdachten_samenwerking') }}
),

-- The source says of every year whether it is final.
voorlopige_jaren as (
    select left(code, 4)::integer as jaar from {{ ref('stg_codelijst') }}
    where dataset = 'cbs_verdachten' and dimensie = 'Perioden' and extra ->> 'Status' <> 'Definitief'
)

select
    c.soort, c.leeftijdsgroep, c.regio_code, c.niveau, c.jaar, c.jaar || 'JJ00' as periode_code,
    c.aantal,
    case when c.aantal is not null then greatest(0, c.aantal - 5 * c.afgeronde_delen) end as aantal_ondergrens,
    c.aantal + 5 * c.afgeronde_delen as aantal_bovengrens,
    c.per_10000, c.noemer, c.status_waarde, c.status_per_10000,
    c.aantal is not null and v.jaar is not null as voorlopig,
    l.tabel as bron,
    l.bron_soort,
    c.levering_id,
    l.verwerkt_op as bijgewerkt_op
from cijfers as c
inner join {{ ref('int_levering') }} as l on c.levering_id = l.levering_id
left join voorlopige_jaren as v on c.jaar = v.jaar
