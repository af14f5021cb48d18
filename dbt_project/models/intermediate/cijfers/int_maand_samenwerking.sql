-- Monthly counts of partnerships. The members of today make the whole series, because the source restates all years on
-- the municipalities of today as well.
{{ som_over_leden('int_maand_gemeente', 'maand_index') }}
