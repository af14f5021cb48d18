{{ config(materialized='view') }}

-- Figures that exist and are kept from readers: of every goal and region the newest one that is newer than what is
-- shown and not from before the plan. `nog_niet_beschikbaar` is something else: that figure may still come.
select distinct on (d.doel_code, d.regio_code)
    d.doel_code, d.regio_code, v.label as verborgen_label, v.status_waarde as verborgen_status
from {{ ref('int_doel') }} as d
inner join {{ ref('int_doelreeks') }} as v
    on
        d.indicator_code = v.indicator_code and d.regio_code = v.regio_code and d.maat = v.maat
        and (d.reeks is null or d.reeks = v.reeks)
left join {{ ref('int_doel_laatste') }} as l on d.doel_code = l.doel_code and d.regio_code = l.regio_code
where
    v.status_waarde in ('onderdrukt', 'verborgen', 'niet_gepubliceerd_op_niveau')
    and (v.periode_soort in ('r12m', 'jaar') or (v.periode_soort = 'kwartaal' and d.regel in ('dekking', 'mijlpaal')))
    and v.eind_datum between d.vanaf and d.horizon
    and (l.waarde is null or v.eind_datum > l.eind_datum)
order by d.doel_code asc, d.regio_code asc, v.eind_datum desc, v.periode_soort desc
