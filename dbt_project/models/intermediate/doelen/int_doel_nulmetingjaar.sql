{{ config(materialized='view') }}

-- Which years which baselines are made of: for goals, and for every agreed result. The last year may end early, but not
-- for a goal that says that its figures exist for whole years only.
with gevraagd as (
    select distinct
        indicator_code, regio_code, maat, nulmeting, coalesce(nulmeting_variant = 'hele_jaren', false) as hele_jaren
    from {{ ref('int_doel') }}
    union
    select distinct r.indicator_code, r.regio_code, a.maat, n.nulmeting, false as hele_jaren
    from {{ ref('resultaatafspraak') }} as a
    inner join {{ ref('int_doelregio') }} as r on a.indicator_code = r.indicator_code
    cross join {{ ref('nulmeting_periode') }} as n
)

select
    g.indicator_code, g.regio_code, g.maat, g.nulmeting, j.jaar,
    case when g.hele_jaren then make_date(j.jaar, 12, 31) else least(n.tot, make_date(j.jaar, 12, 31)) end as tot_dag,
    make_date(j.jaar + 1, 1, 1) - make_date(j.jaar, 1, 1) as jaardagen
from gevraagd as g
inner join {{ ref('nulmeting_periode') }} as n on g.nulmeting = n.nulmeting
cross join lateral generate_series(extract(year from n.van)::integer, extract(year from n.tot)::integer) as j (jaar)
