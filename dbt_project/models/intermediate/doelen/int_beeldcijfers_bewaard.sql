{{ config(materialized='view') }}

-- The figures of the one-page picture in every publication that is kept.
{{ bewaarde_publicaties('veiligheidsbeeld', [
    'indicator_code', 'regio_code', 'periode_code', 'reeks', 'maat', 'waarde', 'levering_id',
], ref('int_beeldcijfer')) }}
