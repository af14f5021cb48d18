-- Drug waste as municipalities, police and reporters count it: three counts, never one.
{{ registertabel("indicator_code ~ '^(MOR|POLX|MELD)-DRUGSAFVAL'") }}
