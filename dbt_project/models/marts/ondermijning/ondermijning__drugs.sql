-- Traces of drugs crime side by side, per year and rolling year. All depend on effort: more is not simply worse.
with cijfers as (
    select * from {{ ref('int_cijfer_vergelijking') }}
    where
        indicator_code in ('MIS-3.1.1', 'MIS-2.1.1', 'MIS-2.6.2', 'OVL-E38')
        and periode_soort in ('jaar', 'r12m')
)

select
    c.indicator_code,
    case c.indicator_code
        when 'MIS-3.1.1' then 'handel_bezit_vervaardiging'
        when 'MIS-2.1.1' then 'overige_drugsdelicten'
        when 'MIS-2.6.2' then 'bodem_met_drugsafval'
        else 'overlast_alcohol_drugs'
    end as onderdeel,
    c.regio_code, c.niveau, c.periode_code, c.periode_soort,
    c.teller as aantal,
    c.teller_vorig_jaar as aantal_vorig_jaar,
    c.verschil,
    c.verschil_pct,
    case when c.niveau not in ('wijk', 'buurt') then {{ per_1000('c') }} end as per_1000,
    c.status_waarde, c.voorlopig, c.bron, c.bron_soort, c.levering_id, c.bijgewerkt_op
from cijfers as c
