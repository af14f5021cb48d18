-- Published tables of the Veiligheidsmonitor, value and bounds of a cell side by side. The point of the source (too few
-- respondents) is `Confidential`; the national table by personal traits speaks of the country only.
with cellen as (
    {% for dataset in ['vm_kerncijfers_regio', 'vm_online_regio', 'vm_traditioneel_regio'] %}
        select
            '{{ dataset }}' as dataset, cel.maat, cel.regio as regio_code, null as kenmerk_code, cel.marge, cel.jaar,
            cel.waarde, cel.kenmerk, cel.levering_van as levering_id
        from {{ source('raw', dataset ~ '_cellen') }} as cel
        where {{ bekend('cel') }} and cel.periode_soort = 'JJ'
        union all
    {% endfor %}
    select
        'vm_online_kenmerken' as dataset, cel.maat, 'NL01' as regio_code, cel.kenmerk_persoon as kenmerk_code,
        cel.marge, cel.jaar, cel.waarde, cel.kenmerk, cel.levering_van as levering_id
    from {{ source('raw', 'vm_online_kenmerken_cellen') }} as cel
    where {{ bekend('cel') }} and cel.periode_soort = 'JJ'
)

select
    dataset,
    maat as maat_code,
    regio_code,
    kenmerk_code,
    jaar::integer as jaar,
    max(waarde) filter (where marge = 'MW00000') as waarde,
    max(waarde) filter (where marge = 'MOG0095') as ondergrens,
    max(waarde) filter (where marge = 'MBG0095') as bovengrens,
    max(
        case
            when waarde = 0 then 'nul'
            when waarde is not null then 'gepubliceerd'
            when kenmerk = 'Impossible' then 'niet_gepubliceerd_op_niveau'
            when kenmerk = 'NotAvailable' then 'nog_niet_beschikbaar'
            else 'onderdrukt'
        end
    ) filter (where marge = 'MW00000') as status_waarde,
    max(levering_id) as levering_id
from cellen
group by dataset, maat, regio_code, kenmerk_code, jaar
