-- Dutch names of codes, those of the themes included, and of the stretches of a series before and after a break.
with reeksen as (
    select distinct reeks, split_part(reeks, '_', 2) as jaar from {{ ref('int_reeks') }}
    where reeks ~ '^(tot|vanaf)_'
)

select lijst, code, label, volgorde, kleur from {{ ref('label') }}
union all
select 'thema' as lijst, thema as code, naam as label, volgorde::integer as volgorde, null as kleur
from {{ ref('thema') }}
union all
select
    'reeks' as lijst, reeks as code, initcap(replace(reeks, '_', ' ')) as label,
    (10 + row_number() over (order by jaar, reeks))::integer as volgorde, null as kleur
from reeksen
