-- What holds on the last day of a quarter or year, for readers: of areas only when all of their municipalities may be
-- shown. Coverage counts municipalities (and organisations) out of all there are.
with leden as (
    select gebied_code as regio_code, gemeente_code from {{ ref('int_register_lid') }}
    union all
    select gemeente_code as regio_code, gemeente_code from {{ ref('int_werkgebied') }}
),

organisaties as (
    select gebied_code as regio_code, count(*) as aantal from {{ ref('organisatie') }}
    group by gebied_code
),

perioden as (
    select
        p.register, p.regio_code, p.periode_code, p.periode_soort, p.begin_index, p.eind_index, p.leden, p.levering_id,
        p.volledig and p.vernietigd is not true
        and not {{ zonder_kolom('i.indicator_code', 'p.regio_code', 'p', peil=true) }} as volledig,
        i.indicator_code, i.berekening, i.heeft_noemer, i.per_organisatie
    from {{ ref('int_register_regio_periode') }} as p
    inner join {{ ref('int_register_indicator') }} as i on p.register = i.register
    where i.berekening in ('lopend', 'stand', 'dekking') and p.periode_soort in ('kwartaal', 'jaar')
),

sommen as (
    select
        s.indicator_code, l.regio_code, s.periode_code,
        sum(s.n) as n, sum(s.waarde) as waarde, bool_and(s.openbaar) as openbaar, max(s.levering_id) as levering_id
    from {{ ref('int_register_peil') }} as s
    inner join leden as l on s.gemeente_code = l.gemeente_code
    group by s.indicator_code, l.regio_code, s.periode_code
)

select
    p.indicator_code, p.regio_code, p.periode_code, p.periode_soort, p.begin_index, p.eind_index, p.berekening,
    case when p.volledig and s.openbaar then
            case
                when p.berekening = 'dekking'
                    then 100.0 * s.n / (p.leden + case when p.per_organisatie then coalesce(o.aantal, 0) else 0 end)
                when p.heeft_noemer then 100.0 * s.waarde / nullif(s.n, 0)
                else s.waarde
            end
    end as waarde,
    case when p.volledig and p.berekening = 'dekking' then s.n::integer end as teller,
    case when p.volledig and p.berekening = 'dekking'
            then p.leden + case when p.per_organisatie then coalesce(o.aantal, 0)::integer else 0 end
    end as noemer,
    case
        when not p.volledig then 'nog_niet_beschikbaar'
        when not s.openbaar or (p.heeft_noemer and s.n = 0) then 'verborgen'
    end as reden,
    coalesce(s.levering_id, p.levering_id) as levering_id
from perioden as p
left join sommen as s
    on p.indicator_code = s.indicator_code and p.regio_code = s.regio_code and p.periode_code = s.periode_code
left join organisaties as o on p.regio_code = o.regio_code
