{#- Cells of the two police tables of one scale (`gemeente` or `buurt`), in one shape for both families. -#}
{% macro politiecellen(schaal) -%}
with misdrijven as (
    select * from {{ ref('stg_politie__misdrijven_' ~ schaal) }}
),

overlast as (
    select * from {{ ref('stg_politie__overlast_' ~ schaal) }}
)

{{ _politiecellen_van('misdrijven', 'MIS', 'misdrijf') }}
union all
{{ _politiecellen_van('overlast', 'OVL', 'overlast') }}
{%- endmacro %}

{% macro _politiecellen_van(familie, afkorting, soort) -%}
select
    '{{ familie }}' as familie,
    '{{ afkorting }}-' || soort_{{ soort }} as indicator_code,
    regio_code,
    periode_soort,
    jaar::integer as jaar,
    jaar * 12 + periode_nr - 1 as maand_index,
    case when status_waarde in ('gepubliceerd', 'nul') then geregistreerde_{{ familie }} end as waarde,
    status_waarde,
    levering_id
from {{ familie }}
{%- endmacro %}
