-- The newest figure of every municipality on its boundary: what deck.gl draws, a feature of GeoJSON per row with its
-- colour and the text that a pointer shows. Five groups of as many municipalities each, darker is higher; grey: no figure.
-- A filter on indicator or kind of period reaches the marts, because the groups are made within those.
with cijfers as (
    select
        c.indicator, c.periode_soort, c.regio_code, c.regio, c.periode, c.status, c.voorlopig, c.bron_soort,
        coalesce(c.per_1000, c.procent) as cijfer,
        case when c.per_1000 is null then ' procent' else ' per 1.000' end as eenheid,
        ntile(5) over (
            partition by c.indicator, c.periode_soort, coalesce(c.per_1000, c.procent) is null
            order by coalesce(c.per_1000, c.procent)
        ) as groep
    from {mart}.cijfers as c
    where c.niveau = 'gemeente' and c.is_laatste
)

select
    c.indicator, c.periode_soort, c.regio_code, c.regio, c.periode, c.voorlopig, c.bron_soort,
    json_build_object(
        'type', 'Feature',
        'geometry', g.grens::json,
        'properties', json_build_object(
            'strokeColor', '#ffffff',
            'fillColor', case
                when c.cijfer is null then '#e4e4e4'
                else (array['#d9e8f5', '#a9cbe6', '#6ea5d2', '#3476b0', '#0d4478'])[c.groep]
            end
        ),
        'extraProps', json_build_object(
            c.regio, coalesce(replace(round(c.cijfer::numeric, 2)::text, '.', ',') || c.eenheid, lower(c.status)),
            'Periode', c.periode
        )
    )::text as kaart
from cijfers as c
inner join kern.regio_grens as g on c.regio_code = g.regio_code and g.is_laatste
