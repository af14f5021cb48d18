{#- Groups whose weights do not add up to one. -#}
{% test gewichten_tellen_op(model, groep, gewicht) %}
    select {{ groep | join(', ') }}, sum({{ gewicht }}) as som
    from {{ model }}
    group by {{ groep | join(', ') }}
    having abs(sum({{ gewicht }}) - 1) > 1e-9
{% endtest %}
