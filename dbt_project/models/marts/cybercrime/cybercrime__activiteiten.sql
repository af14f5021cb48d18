-- Activities on cyber resilience by target group.
{{ registertabel("indicator_code ~ '^ACT-(CYBER|CLICKTIK|REBOOTCMP|PHISHING)'") }}
