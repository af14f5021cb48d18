{{ config(materialized='view') }}
-- noqa: disable=LT02

-- Series of all tables that are measured by their contract, as delivered: one branch per table.
{% for kubus in datasets().values() if kubus.reeksen -%}
select
    dataset, nr, soort, leeftijdsgroep, regio_code, jaar, waarde, relatief, status_waarde, status_relatief, levering_id
from {{ ref(kubus.model) }}
{{ 'union all' if not loop.last }}
{% endfor %}
