-- The newest figure of every municipality on its boundary: what deck.gl draws, a feature of GeoJSON per row with its
-- colour and the text that a pointer shows. Five groups of as many municipalities each, but equal figures are never in
-- two; darker is higher; grey: no figure. The legend asks the same rows, so that its bounds are those of the colours.
-- A filter on indicator or kind of period reaches the marts, because the groups are made within those.
with cijfers as (
    select
        c.indicator, c.periode_soort, c.regio_code, c.regio, c.periode, c.status, c.voorlopig, c.bron_soort,
        coalesce(c.per_1000, c.procent) as cijfer,
        case when c.per_1000 is null then ' procent' else ' per 1.000' end as eenheid,
        percent_rank() over (
            partition by c.indicator, c.periode_soort, coalesce(c.per_1000, c.procent) is null
            order by coalesce(c.per_1000, c.procent)
        ) as rang
    from {mart}.cijfers as c
    where c.niveau = 'gemeente' and c.is_laatste
),

groepen as (
    select *, case when cijfer is null then 6 else least(floor(5 * rang)::integer + 1, 5) end as groep
    from cijfers
)

select
    c.indicator, c.periode_soort, c.regio_code, c.regio, c.periode, c.voorlopig, c.bron_soort,
    c.cijfer,
    (array[{namen}])[c.groep] as kleur,
    json_build_object(
        'type', 'Feature',
        'geometry', g.grens::json,
        'properties', json_build_object(
            'strokeColor', '#ffffff', 'fillColor', (array[{kleuren}])[c.groep]
        ),
        'extraProps', json_build_object(
            c.regio, coalesce(replace(round(c.cijfer::numeric, 2)::text, '.', ',') || c.eenheid, lower(c.status)),
            'Periode', c.periode
        )
    )::text as kaart
from groepen as c
inner join kern.regio_grens as g on c.regio_code = g.regio_code and g.is_laatste
