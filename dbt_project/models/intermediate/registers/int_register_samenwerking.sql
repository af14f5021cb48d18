{{ config(indexes=[{'columns': ['indicator_code', 'periode_code', 'gebied_code'], 'unique': true}]) }}

-- Disclosure, over areas: sums of partnerships, and whether they may be shown. A sum is shown when all its
-- municipalities are, or, over a year, when it leaves those that are hidden every number they can have. If it does not,
-- it lies between what follows from those that are shown (`minste`, `meeste`), and that is shown where it is narrow: it
-- says nothing that was not known. Parts that are counted per partnership only are shown as they allow each other.
with cijfers as (
    {{ cijfers_met_openbaarheid() }}
),

sommen as (
    {{ register_sommen('cijfers', "l.gebied_soort = 'samenwerkingsgebied'") }}
),

genest as (
    select distinct gebied_code from {{ ref('int_register_lid') }}
    where genest and gebied_soort = 'samenwerkingsgebied'
),

begrensd as (
    select
        s.*, i.familie, i.familie_nr,
        i.per_gebied and g.gebied_code is not null as per_gebied,
        s.periode_soort = 'jaar' and not s.openbaar and s.geleverd = s.leden
        and i.basis and i.berekening = 'telling' and i.eenheid = 'aantal' and i.geheel is null
        and s.minste >= i.min_cel and s.meeste - s.minste <= s.minste / 2.0 as begrensd
    from sommen as s
    inner join {{ ref('int_register_indicator') }} as i on s.indicator_code = i.indicator_code
    left join genest as g on s.gebied_code = g.gebied_code
)

select
    s.indicator_code, s.periode_code, s.periode_soort, s.begin_index, s.eind_index, s.gebied_code, s.leden, s.geleverd,
    s.ontbreekt, s.n, s.waarde,
    case
        when s.per_gebied then coalesce(d.getoond & (1::bigint << (s.familie_nr - 1)) > 0, true)
        else s.openbaar
    end as openbaar,
    case when s.begrensd then s.minste end as minste,
    case when s.begrensd then s.meeste end as meeste,
    s.levering_id
from begrensd as s
left join {{ ref('int_register_deel') }} as d
    on s.familie = d.familie and s.gebied_code = d.regio_code and s.begin_index / 12 = d.jaar
