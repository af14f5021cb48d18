{{ config(materialized='view') }}

-- The goals of every publication that is kept.
{{ bewaarde_publicaties('doelen', [
    'doel_code', 'regio_code', 'plan_code', 'doel', 'regel', 'indicator_code', 'maat', 'streefwaarde', 'horizon',
    'status', 'zin', 'waarde', 'periode_code', 'nulmeting',
], ref('int_doelen')) }}
