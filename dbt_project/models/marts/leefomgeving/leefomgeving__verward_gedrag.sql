-- Crisis measures beside incidents with confused persons (E33): neither counts persons.
{{ registertabel(
    "register = 'crisismaatregelen' or indicator_code in ('COR-PSY', 'WOON-VERWARDGEDRAG')", politie='OVL-E33'
) }}
