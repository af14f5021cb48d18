{#- Population of areas as the sum over their parts. `delen` has geheel_code, deel_code and verwacht (how many parts
    the area has): when one is missing there is no sum. -#}
{% macro som_over_delen(bevolking, delen) %}
    select
        b.peil,
        d.geheel_code as regio_code,
        b.jaar,
        b.leeftijdsgroep,
        case when count(b.inwoners) = d.verwacht then sum(b.inwoners) end as inwoners,
        case
            when count(b.inwoners) = d.verwacht then 'gepubliceerd'
            when bool_or(b.status_waarde = 'onderdrukt') then 'onderdrukt'
            else 'nog_niet_beschikbaar'
        end as status_waarde,
        bool_or(b.herrekend) as herrekend,
        max(b.levering_id) as levering_id
    from {{ delen }} as d
    inner join {{ bevolking }} as b on d.deel_code = b.regio_code
    group by b.peil, d.geheel_code, b.jaar, b.leeftijdsgroep, d.verwacht
{% endmacro %}
