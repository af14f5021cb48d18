-- Reports about public space.
{{ registertabel("indicator_code ~ '^MOR-' and indicator_code !~ 'DRUGSAFVAL'") }}
