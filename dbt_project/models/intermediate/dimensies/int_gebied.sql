{{ config(materialized='view') }}

-- Areas that are no region of the statistics office: partnerships, and basisteams and districten of the police.
select
    regio_code, naam, 'samenwerkingsgebied' as niveau, null as ouder_code, provincie_code, regionale_eenheid_code,
    true as werkgebied
from {{ ref('int_samenwerkingsgebied') }}
union all
select regio_code, naam, niveau, ouder_code, provincie_code, regionale_eenheid_code, true as werkgebied
from {{ ref('int_politiegebied') }}
union all
select
    regio_code, naam, niveau, null as ouder_code, null as provincie_code, null as regionale_eenheid_code,
    false as werkgebied
from {{ ref('int_brongebied') }}
