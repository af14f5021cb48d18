-- Yearly counts of partnerships.
{{ som_over_leden('int_jaar_gemeente', 'jaar') }}
