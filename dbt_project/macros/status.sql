{#- Status of one delivered count. `verborgen`: condition under which the source publishes nothing here, so that
    neither null nor zero says anything. A null elsewhere is the source's point sign: unknown, unreliable or secret. -#}
{% macro status_van_cel(waarde, verborgen='false') -%}
    case
        when {{ verborgen }} then 'niet_gepubliceerd_op_niveau'
        when {{ waarde }} is null then 'onderdrukt'
        when {{ waarde }} = 0 then 'nul'
        else 'gepubliceerd'
    end
{%- endmacro %}

{#- Status of a sum: it counts only when all parts are known; else the gravest reason among the parts. -#}
{% macro status_van_som(som, bekend, verwacht, verborgen, onderdrukt) -%}
    case
        when {{ bekend }} = {{ verwacht }} and {{ som }} = 0 then 'nul'
        when {{ bekend }} = {{ verwacht }} then 'gepubliceerd'
        when {{ verborgen }} > 0 then 'niet_gepubliceerd_op_niveau'
        when {{ onderdrukt }} > 0 then 'onderdrukt'
        else 'nog_niet_beschikbaar'
    end
{%- endmacro %}

{#- Status of one delivered value of a source that says why a value is missing (CBS OData v4). -#}
{% macro status_van_kenmerk(waarde, kenmerk) -%}
    case
        when {{ waarde }} = 0 then 'nul'
        when {{ waarde }} is not null then 'gepubliceerd'
        when {{ kenmerk }} = 'Impossible' then 'niet_gepubliceerd_op_niveau'
        when {{ kenmerk }} = 'NotAvailable' then 'nog_niet_beschikbaar'
        else 'onderdrukt'
    end
{%- endmacro %}
