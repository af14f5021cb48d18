-- Trouble between neighbours as mediators, municipalities, housing corporations and police see it.
{{ registertabel(
    "register in ('buurtbemiddeling', 'woonoverlast') or indicator_code in ('COR-RUZ', 'COR-GEL', 'COR-TOT', 'POLX-BURENRUZIE')", politie='OVL-M22'
) }}
