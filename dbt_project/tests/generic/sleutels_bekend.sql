{#- Rows whose indicator, region or period is unknown. One pass for all three: the tables are large. -#}
{% test sleutels_bekend(model) %}
    select m.indicator_code, m.regio_code, m.periode_code, count(*) as rijen
    from {{ model }} as m
    left join {{ ref('int_indicator') }} as i on m.indicator_code = i.indicator_code
    left join {{ ref('int_regio') }} as r on m.regio_code = r.regio_code
    left join {{ ref('int_periode') }} as p on m.periode_code = p.periode_code
    where i.indicator_code is null or r.regio_code is null or p.periode_code is null
    group by m.indicator_code, m.regio_code, m.periode_code
{% endtest %}
