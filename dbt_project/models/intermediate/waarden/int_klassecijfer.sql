-- Counts of the size classes of municipalities (GK1 to GK8), in the form of int_cijfer: the sum of all
-- municipalities of the country that are of the class. Where one of them has no figure the class has none.
with klassen as (
    select
        g.gemeente_code,
        'GK' || g.grootteklasse as klasse_code,
        count(*) over (partition by g.grootteklasse) as gemeenten,
        count(r.regio_code) over (partition by g.grootteklasse) as bekend
    from {{ ref('int_gemeente') }} as g
    left join {{ ref('int_regio') }} as r on g.gemeente_code = r.regio_code
    where g.grootteklasse is not null and g.geldig_tot is null
),

-- Where only some provinces are loaded none is left, and the figures are not read.
heel as (
    select * from klassen
    where gemeenten = bekend
)

select
    c.familie, c.indicator_code, k.klasse_code as regio_code, 'grootteklasse' as niveau, c.periode_code,
    c.periode_soort, c.eind_index, sum(c.teller)::integer as teller, sum(c.noemer)::integer as noemer,
    'gepubliceerd' as status_noemer, max(c.status_waarde) as status_waarde, max(c.reeks) as reeks, max(c.bron) as bron,
    max(c.bron_soort) as bron_soort, bool_or(c.voorlopig) as voorlopig, max(c.levering_id) as levering_id,
    max(c.bijgewerkt_op) as bijgewerkt_op
from {{ ref('int_cijfer') }} as c
inner join heel as k on c.regio_code = k.gemeente_code
where c.periode_soort in ('jaar', 'jtd', 'r12m') and c.teller is not null and c.noemer is not null
group by c.familie, c.indicator_code, k.klasse_code, c.periode_code, c.periode_soort, c.eind_index
having count(*) = max(k.gemeenten)
