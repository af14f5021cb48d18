{{ config(indexes=[{'columns': ['doel_code', 'regio_code', 'geval'], 'unique': true}]) }}

-- Every goal as it is shown (`geval` 0) and, where a figure is hidden or a range, as it would stand in the corners of
-- what its figures can be: newest figure, the one before it, and the count of the baseline (`nul_teller`). What
-- holds in all corners holds between them (decision 0034). Only the test of chance does not follow its corners where it
-- says no: so each is also taken with as little chance as there can be, that of the most cases (`scherpst`).
with doelen as (
    select
        l.doel_code, l.regio_code, l.waarde, l.waarde_vorig, r.teller,
        coalesce(l.minste, l.waarde) as minste, coalesce(l.meeste, l.waarde) as meeste,
        coalesce(l.minste_vorig, l.waarde_vorig) as minste_vorig,
        coalesce(l.meeste_vorig, l.waarde_vorig) as meeste_vorig,
        coalesce(r.minste, r.teller) as nul_minste, coalesce(r.meeste, r.teller) as nul_meeste,
        coalesce(l.minste, l.minste_vorig, r.minste) is not null as onzeker
    from {{ ref('int_doel_laatste') }} as l
    left join {{ ref('int_doel_referentie') }} as r
        on l.doel_code = r.doel_code and l.regio_code = r.regio_code and r.tegen = 'nulmeting'
)

select
    doel_code, regio_code, 0::bigint as geval, waarde, waarde_vorig, null::double precision as nul_teller,
    null::double precision as scherpst, null::double precision as nul_scherpst, onzeker
from doelen
union all
select
    d.doel_code, d.regio_code, row_number() over (partition by d.doel_code, d.regio_code) as geval,
    case when w.laag then d.minste else d.meeste end as waarde,
    case when v.laag then d.minste_vorig else d.meeste_vorig end as waarde_vorig,
    case when n.laag then d.nul_minste else d.nul_meeste end as nul_teller,
    case when w.laag and not s.scherp then d.minste else d.meeste end as scherpst,
    case when n.laag and not s.scherp then d.nul_minste else d.nul_meeste end as nul_scherpst,
    d.onzeker
from doelen as d
cross join (values (true), (false)) as w (laag)
cross join (values (true), (false)) as v (laag)
cross join (values (true), (false)) as n (laag)
cross join (values (true), (false)) as s (scherp)
where d.onzeker
