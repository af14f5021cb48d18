{{ config(materialized='view') }}

-- Counts beside those of the same period a year before. No difference over a break: the two must be of one series.
-- A window, not a join: a filter on indicator or kind of period then reaches the table.
with cijfers as (
    select
        *,
        max(teller) over (
            partition by indicator_code, regio_code, periode_soort, reeks order by eind_index
            range between 12 preceding and 12 preceding
        ) as teller_vorig_jaar
    from ({{ alle_cijfers() }}) as alle
)

select
    indicator_code, regio_code, niveau, periode_code, periode_soort, eind_index,
    teller, noemer, status_noemer, teller_vorig_jaar,
    teller - teller_vorig_jaar as verschil,
    100.0::double precision * (teller - teller_vorig_jaar) / nullif(teller_vorig_jaar, 0) as verschil_pct,
    status_waarde, reeks, voorlopig, bron, bron_soort, levering_id, bijgewerkt_op
from cijfers
