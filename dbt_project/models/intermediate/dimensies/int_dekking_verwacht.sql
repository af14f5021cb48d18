{{ config(materialized='view') }}

-- What each dataset should hold per level and kind of period: regions and periods of its own code lists. Of the
-- municipalities and below only those of the work area are asked for.
with niveaus as (
    select n.dataset, n.niveau, n.periode_soort, d.tabel
    from {{ ref('int_dataset_niveau') }} as n
    inner join {{ ref('int_dataset') }} as d on n.dataset = d.dataset
),

regios as (
    select c.dataset, r.niveau, count(*)::integer as aantal
    from {{ ref('stg_codelijst') }} as c
    inner join {{ ref('int_regio') }} as r on case c.code when 'NL00' then 'NL01' else c.code end = r.regio_code
    where
        c.dimensie in ('RegioS', 'WijkenEnBuurten')
        and (r.werkgebied or r.niveau not in ('gemeente', 'wijk', 'buurt'))
    group by c.dataset, r.niveau
),

perioden as (
    select dataset, periode_soort, count(*)::integer as aantal
    from {{ ref('int_dataset_periode') }}
    group by dataset, periode_soort
)

select
    n.dataset,
    n.tabel,
    n.niveau,
    n.periode_soort,
    -- A table without regions speaks of the country.
    coalesce(r.aantal, case n.niveau when 'nederland' then 1 else 0 end) as regios_codelijst,
    coalesce(p.aantal, 0) as perioden_codelijst
from niveaus as n
left join regios as r on n.dataset = r.dataset and n.niveau = r.niveau
left join perioden as p on n.dataset = p.dataset and n.periode_soort = p.periode_soort
