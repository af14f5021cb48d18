-- Inspections, and policy that is up to date.
{{ registertabel(
    "register = 'ev_inspecties' or indicator_code in ('DEK-EXTVEILIG', 'DEK-OMGEVINGSVISIE', 'DEK-OMGEVINGSPROGRAMMA', 'DEK-OMGEVINGSPLAN', 'DEK-VEILIGHEIDSVISIE', 'EXT-TIJDIG')"
) }}
