{#- Sums of the figures in `cijfers` (see `cijfers_met_openbaarheid`) over the municipalities of `gebieden`, and whether
    they may be shown. `gedekt`: figures of municipalities that another sum already accounts for. -#}
{% macro register_sommen(cijfers, gebieden, gedekt=none) -%}
select
        c.indicator_code, c.periode_code, c.periode_soort, c.begin_index, c.eind_index, l.gebied_code, l.leden,
        count(*) filter (where c.reden is null)::integer as geleverd,
        coalesce(bool_or(c.reden = 'nog_niet_beschikbaar'), false) or count(*) < l.leden as ontbreekt,
        sum(c.n) as n,
        sum(c.waarde) as waarde,
        {{ verborgen_blok('c', 'd.gemeente_code is null' if gedekt else 'true') }} as openbaar,
        max(c.levering_id) as levering_id
    from {{ cijfers }} as c
    inner join {{ ref('int_register_lid') }} as l on c.gemeente_code = l.gemeente_code
    {%- if gedekt %}
    left join {{ gedekt }} as d
        on
            c.indicator_code = d.indicator_code and c.periode_code = d.periode_code
            and c.gemeente_code = d.gemeente_code
    {%- endif %}
    where {{ gebieden }}
    group by
        c.indicator_code, c.periode_code, c.periode_soort, c.begin_index, c.eind_index, l.gebied_code, l.leden, l.genest
{%- endmacro %}
