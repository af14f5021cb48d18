{#- Keys that are incomplete or occur more than once, of one column or several: `unique` and `not_null` in one pass. -#}
{% test sleutel(model, column_name=none, kolommen=none) %}
    select {{ (kolommen or [column_name]) | join(', ') }}, count(*) as aantal
    from {{ model }}
    group by {{ (kolommen or [column_name]) | join(', ') }}
    having count(*) > 1 or {{ (kolommen or [column_name]) | join(' is null or ') }} is null
{% endtest %}
