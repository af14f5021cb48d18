{{ config(materialized='view') }}

-- Periods in the code list of each dataset: what the source says exists.
with perioden as (
    select dataset, code from {{ ref('stg_codelijst') }}
    where dimensie = 'Perioden' and code ~ '^\d{4}(MM|KW|JJ)\d\d$'
),

datasets as (
    select * from {{ ref('int_dataset') }}
)

select
    p.dataset,
    d.familie,
    d.schaal,
    p.code as periode_code,
    substring(p.code from 5 for 2) as periode_soort,
    substring(p.code from 1 for 4)::integer as jaar,
    substring(p.code from 7 for 2)::integer as periode_nr
from perioden as p
inner join datasets as d on p.dataset = d.dataset
