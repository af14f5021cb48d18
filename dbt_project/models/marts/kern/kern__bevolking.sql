-- Population per region, year and age group, on the boundaries of today.
with bevolking as (
    select b.*, r.niveau
    from {{ ref('int_bevolking') }} as b
    inner join {{ ref('int_regio') }} as r on b.regio_code = r.regio_code
    where r.werkgebied or r.niveau = 'gemeente'
),

leveringen as (
    select * from {{ ref('int_levering') }}
),

voorlopige_jaren as (
    select dataset, jaar from {{ ref('int_voorlopig') }}
    where heel_jaar
),

sleutels as (
    select
        regio_code, niveau, jaar, leeftijdsgroep,
        max(inwoners) filter (where peil = '1_januari') as inwoners_1_januari,
        max(inwoners) filter (where peil = 'gemiddeld') as inwoners_gemiddeld,
        max(status_waarde) filter (where peil = '1_januari') as status_1_januari,
        max(status_waarde) filter (where peil = 'gemiddeld') as status_gemiddeld,
        bool_or(herrekend) as herrekend,
        max(levering_id) as levering_id
    from bevolking
    group by regio_code, niveau, jaar, leeftijdsgroep
)

select
    s.regio_code, s.niveau, s.jaar, s.leeftijdsgroep,
    round(s.inwoners_1_januari)::integer as inwoners_1_januari,
    s.inwoners_gemiddeld::double precision as inwoners_gemiddeld,
    coalesce(s.status_1_januari, 'nog_niet_beschikbaar') as status_waarde,
    coalesce(s.status_gemiddeld, 'nog_niet_beschikbaar') as status_gemiddeld,
    coalesce(s.inwoners_1_januari, s.inwoners_gemiddeld) is not null and v.jaar is not null as voorlopig,
    s.herrekend,
    l.tabel as bron,
    l.bron_soort,
    s.levering_id,
    l.verwerkt_op as bijgewerkt_op
from sleutels as s
left join leveringen as l on s.levering_id = l.levering_id
left join voorlopige_jaren as v on l.dataset = v.dataset and s.jaar = v.jaar
