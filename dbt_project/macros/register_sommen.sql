{#- Sums of the figures in `cijfers` (see `cijfers_met_openbaarheid`) over the municipalities of `gebieden`, and whether
    they may be shown. `gedekt`: figures of municipalities that are in another sum too, and whether that is shown. -#}
{% macro register_sommen(cijfers, gebieden, gedekt=none) -%}
select
    indicator_code, periode_code, periode_soort, begin_index, eind_index, gebied_code, leden,
    count(*) filter (where reden is null)::integer as geleverd,
    coalesce(bool_or(reden = 'nog_niet_beschikbaar'), false) or count(*) < leden as ontbreekt,
    sum(n) as n,
    sum(waarde) as waarde,
    sum(case when verborgen then n - rest + 1 else n end) as minste,
    sum(case when verborgen then n - rest + hoogste else n end) as meeste,
    {{ verborgen_blok() }} as openbaar,
    max(levering_id) as levering_id
from (
    select
        c.*, l.gebied_code, l.leden, l.genest,
        {% if gedekt %}
        c.reden is null and not c.openbaar and d.getoond is not true as verborgen,
        d.getoond is false as dicht
        {% else %}
        c.reden is null and not c.openbaar as verborgen,
        false as dicht
        {% endif %}
    from {{ cijfers }} as c
    inner join {{ ref('int_register_lid') }} as l on c.gemeente_code = l.gemeente_code
    {% if gedekt %}
    left join {{ gedekt }} as d
        on
            c.indicator_code = d.indicator_code and c.periode_code = d.periode_code
            and c.gemeente_code = d.gemeente_code
    {% endif %}
    where {{ gebieden }}
) as leden_met_cijfers
group by indicator_code, periode_code, periode_soort, begin_index, eind_index, gebied_code, leden
{%- endmacro %}
