-- Halt in both definitions: youths and settlements.
{{ registertabel("indicator_code ~ '^HALT-' or indicator_code = 'BOA-HALT'") }}
