-- How the projection would have done on earlier moments: per series and distance, how often the interval held what
-- it became, and the error against the naive expectation (the same months a year before).
select
    indicator_code, regio_code, maanden_vooruit, count(*)::integer as momenten,
    100.0::double precision * avg(binnen_80::integer) as binnen_80_pct,
    100.0::double precision * avg(binnen_95::integer) as binnen_95_pct,
    sum(fout) / nullif(sum(fout_naief), 0) as mase,
    string_agg(distinct methode, ', ' order by methode) as methode,
    min(peilmaand) as eerste_peilmaand, max(peilmaand) as laatste_peilmaand
from {{ source('doelen', 'doel_terugtoets') }}
group by indicator_code, regio_code, maanden_vooruit
