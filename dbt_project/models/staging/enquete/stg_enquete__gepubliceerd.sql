-- Published tables of the Veiligheidsmonitor, value and bounds of a cell side by side, by what the codes stand for. The
-- point of the source (too few respondents) is `Confidential`; the national table by traits speaks of the country only.
with cellen as (
    {% for dataset in ['vm_kerncijfers_regio', 'vm_online_regio', 'vm_traditioneel_regio'] %}
        select
            '{{ dataset }}' as dataset, cel.maat, cel.regio, null as kenmerk_persoon, cel.marge, cel.jaar,
            cel.waarde, cel.kenmerk, cel.levering_van as levering_id
        from {{ source('raw', dataset ~ '_cellen') }} as cel
        where {{ bekend('cel') }} and cel.periode_soort = 'JJ'
        union all
    {% endfor %}
    select
        'vm_online_kenmerken' as dataset, cel.maat, null as regio, cel.kenmerk_persoon,
        cel.marge, cel.jaar, cel.waarde, cel.kenmerk, cel.levering_van as levering_id
    from {{ source('raw', 'vm_online_kenmerken_cellen') }} as cel
    where {{ bekend('cel') }} and cel.periode_soort = 'JJ'
),

koppeling as (
    select * from {{ ref('stg_koppeling') }}
)

select
    c.dataset,
    m.betekenis as indicator_code,
    coalesce(r.betekenis, 'NL01') as regio_code,
    coalesce(k.betekenis, 'totaal') as leeftijdsgroep,
    c.jaar::integer as jaar,
    max(m.schaal * c.waarde) filter (where c.marge = 'MW00000') as waarde,
    max(m.schaal * c.waarde) filter (where c.marge = 'MOG0095') as ondergrens,
    max(m.schaal * c.waarde) filter (where c.marge = 'MBG0095') as bovengrens,
    max({{ status_van_kenmerk('c.waarde', 'c.kenmerk') }}) filter (where c.marge = 'MW00000') as status_waarde,
    max(c.levering_id) as levering_id
from cellen as c
inner join koppeling as m on c.dataset = m.dataset and c.maat = m.code and m.dimensie = 'Measure'
left join koppeling as r on c.dataset = r.dataset and c.regio = r.code and r.dimensie = 'RegioS'
left join koppeling as k on c.dataset = k.dataset and c.kenmerk_persoon = k.code and k.dimensie = 'Kenmerken'
where coalesce(r.betekenis, k.betekenis) is not null
group by c.dataset, m.betekenis, r.betekenis, k.betekenis, c.jaar
