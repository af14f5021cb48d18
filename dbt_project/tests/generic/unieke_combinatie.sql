{#- Rows that share a key that should be theirs alone. -#}
{% test unieke_combinatie(model, kolommen) %}
    select {{ kolommen | join(', ') }}, count(*) as aantal
    from {{ model }}
    group by {{ kolommen | join(', ') }}
    having count(*) > 1
{% endtest %}
