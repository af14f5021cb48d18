-- Disclosure, below municipality: totals per neighbourhood and year. What is known of hidden neighbourhoods, and of
-- cases without one (as many as there are), is their sum: it must leave each every number it can have, else the
-- municipality shows none of its neighbourhoods. Without a column of neighbourhoods there is no figure.
with zonder_buurten as (
    select distinct register, kolom, gemeente_code, maand_index / 12 as jaar from {{ ref('int_register_kolom') }}
),

-- A total that is public by itself is so for the municipality; where it was is no more public than its parts.
families as (
    select familie, case when max(min_cel) > 1 then greatest(max(min_cel), 10) else 1 end as minimum
    from {{ ref('int_register_indicator') }}
    group by familie
),

jaren as (
    select
        g.*, f.minimum, j.openbaar,
        z.jaar is null as met_buurten
    from {{ ref('int_register_gemeente') }} as g
    inner join {{ ref('int_register_indicator') }} as i on g.indicator_code = i.indicator_code
    inner join families as f on i.familie = f.familie
    inner join {{ ref('int_register_jaar') }} as j
        on g.indicator_code = j.indicator_code and g.gemeente_code = j.gemeente_code and g.periode_code = j.periode_code
    left join zonder_buurten as z
        on
            i.register = z.register and i.buurtkolom = z.kolom and g.gemeente_code = z.gemeente_code
            and g.jaar = z.jaar
    where i.wijk_en_buurt and i.basis and g.periode_soort = 'jaar'
),

buurten as (
    select gemeente_code, regio_code as buurt_code from {{ ref('int_regio') }}
    where niveau = 'buurt' and gemeente_code is not null
    union all
    select distinct gemeente_code, 'onbekend' as buurt_code from {{ ref('int_regio') }}
    where niveau = 'buurt'
),

gebeurtenissen as (
    select
        g.indicator_code, g.gemeente_code, g.maand_index / 12 as jaar,
        coalesce(b.buurt_code, 'onbekend') as buurt_code, sum(g.n) as n
    from {{ ref('int_register_gebeurtenis') }} as g
    left join buurten as b on g.gemeente_code = b.gemeente_code and g.buurt_code = b.buurt_code
    where coalesce(g.telling, 'buurt') = 'buurt'
    group by g.indicator_code, g.gemeente_code, g.maand_index / 12, coalesce(b.buurt_code, 'onbekend')
),

cellen as (
    select
        j.*, b.buurt_code, coalesce(e.n, 0) as buurt_n,
        coalesce(e.n, 0) = 0 or (b.buurt_code <> 'onbekend' and e.n >= j.minimum) as veilig
    from jaren as j
    inner join buurten as b on j.gemeente_code = b.gemeente_code
    left join gebeurtenissen as e
        on
            j.indicator_code = e.indicator_code and j.gemeente_code = e.gemeente_code and j.jaar = e.jaar
            and b.buurt_code = e.buurt_code
),

beoordeeld as (
    select
        *,
        count(*) filter (where not veilig) over gemeente as verborgen,
        coalesce(sum(buurt_n) filter (where not veilig) over gemeente, 0) as verborgen_n,
        bool_or(buurt_code = 'onbekend' and not veilig) over gemeente as met_onbekend
    from cellen
    window gemeente as (partition by indicator_code, gemeente_code, periode_code)
)

select
    indicator_code, buurt_code, periode_code, periode_soort, begin_index, eind_index,
    coalesce(reden, case when not met_buurten then 'nog_niet_beschikbaar' end) as reden,
    levering_id,
    buurt_n as n,
    openbaar and veilig and (
        verborgen = 0
        or (
            verborgen >= 2 and verborgen_n >= verborgen + minimum - 1
            and (met_onbekend or verborgen_n <= (verborgen - 1) * (minimum - 1) + 1)
        )
    ) as openbaar
from beoordeeld
where buurt_code <> 'onbekend'
