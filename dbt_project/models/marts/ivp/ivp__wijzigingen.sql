{%- set vorige = none if var('peilmoment', none) else adapter.get_relation(database=target.database, schema='mart_ivp', identifier='doelen') -%}
-- What changed in the goals since what readers see now, and why: new period, restated figures, or another goal.
with nu as (
    select * from {{ ref('int_doelen') }}
),

vorige as (
    {% if vorige is not none and execute -%}
    select
        doel_code, regio_code, status, zin, waarde, periode_code, levering_id, nulmeting, streefwaarde, regel, indicator_code
    from {{ vorige }}
    {%- else -%}
    select doel_code, regio_code, status, zin, waarde, periode_code, levering_id, nulmeting, streefwaarde, regel, indicator_code
    from nu where false
    {%- endif %}
)

select
    coalesce(n.doel_code, v.doel_code) as doel_code,
    coalesce(n.regio_code, v.regio_code) as regio_code,
    n.plan_code, n.doel,
    case
        when v.doel_code is null then 'nieuw doel'
        when n.doel_code is null then 'doel vervallen'
        when (n.regel, n.indicator_code, n.streefwaarde) is distinct from (v.regel, v.indicator_code, v.streefwaarde) then 'doel bijgesteld'
        when n.periode_code is distinct from v.periode_code then 'nieuwe periode'
        when n.waarde is distinct from v.waarde then 'cijfer herzien door de bron'
        when n.nulmeting is distinct from v.nulmeting then 'nulmeting herzien door de bron'
        else 'vergelijking of verwachting veranderd'
    end as reden,
    v.status as status_was, n.status as status_is, v.waarde as waarde_was, n.waarde as waarde_is,
    v.periode_code as periode_was, n.periode_code as periode_is, v.zin as zin_was, n.zin as zin_is,
    n.levering_id, l.dataset, l.verwerkt_op
from nu as n
full outer join vorige as v on n.doel_code = v.doel_code and n.regio_code = v.regio_code
left join {{ ref('int_levering') }} as l on n.levering_id = l.levering_id
where (n.status, n.zin, n.waarde) is distinct from (v.status, v.zin, v.waarde)
