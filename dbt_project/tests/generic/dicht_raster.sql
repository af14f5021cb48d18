{#- Regions above district that lack periods which others have: missing figures must be there, with a status. -#}
{% test dicht_raster(model) %}
    with aantallen as (
        select indicator_code, periode_soort, regio_code, count(*) as rijen
        from {{ model }}
        where niveau not in ('wijk', 'buurt')
        group by indicator_code, periode_soort, regio_code
    ),

    vergeleken as (
        select
            *,
            max(rijen) filter (where regio_code <> 'NL01') over (partition by indicator_code, periode_soort) as verwacht
        from aantallen
    )

    select * from vergeleken
    where rijen < verwacht
{% endtest %}
