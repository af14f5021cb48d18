-- Dutch names of codes, those of the themes included.
select lijst, code, label, volgorde, kleur from {{ ref('label') }}
union all
select 'thema' as lijst, thema as code, naam as label, volgorde::integer as volgorde, null as kleur
from {{ ref('thema') }}
