{{ config(materialized='view') }}

-- The parts of which the sentence of a goal is made; none is ever null.
with standen as (
    select * from {{ ref('int_doelstatus') }}
),

gebieden as (
    select * from {{ ref('vergelijkingsgebied') }}
),

dekking as (
    select * from {{ ref('int_doel_dekking') }}
)

select
    s.doel_code, s.regio_code, k.ontbreekt,
    concat({{ doel_kop('s') }}, {{ doel_dekking('s', 'k') }}) as kop,
    {{ doel_tegenover('s', 'g') }} as tegenover,
    {{ doel_uitkomst('s', 'g') }} as uitkomst,
    {{ doel_zekerheid('s') }} as zekerheid,
    {{ doel_vooruitblik('s') }} as vooruitblik,
    {{ doel_nieuwer('s') }} as nieuwer
from standen as s
left join gebieden as g on s.tegen_code = g.regio_code
left join dekking as k on s.doel_code = k.doel_code and s.regio_code = k.regio_code
