-- All regions that the sources know, and the whole country beside them, with level, parents and validity.
with regios as (
    select * from {{ ref('int_regio') }}
),

landelijk as (
    select * from {{ ref('int_regio_landelijk') }}
),

gemeenten as (
    select * from {{ ref('int_gemeente') }}
),

samen as (
    select
        coalesce(r.regio_code, l.regio_code) as regio_code,
        coalesce(r.naam, l.naam) as naam,
        coalesce(r.niveau, l.niveau) as niveau,
        case when r.regio_code is null then l.ouder_code else r.ouder_code end as ouder_code,
        coalesce(r.landsdeel_code, l.landsdeel_code) as landsdeel_code,
        coalesce(r.provincie_code, l.provincie_code) as provincie_code,
        coalesce(r.regionale_eenheid_code, l.regionale_eenheid_code) as regionale_eenheid_code,
        coalesce(r.gemeente_code, l.gemeente_code) as gemeente_code,
        r.wijk_code,
        coalesce(r.geldig_van, l.geldig_van) as geldig_van,
        coalesce(r.geldig_tot, l.geldig_tot) as geldig_tot,
        coalesce(r.restcategorie, false) as restcategorie,
        coalesce(r.werkgebied, false) as werkgebied
    from regios as r
    full join landelijk as l on r.regio_code = l.regio_code
)

select
    s.regio_code, s.naam, s.niveau, s.ouder_code, s.landsdeel_code, s.provincie_code, s.regionale_eenheid_code,
    g.veiligheidsregio_code, g.veiligheidsregio, g.grootteklasse, g.stedelijkheid,
    s.gemeente_code, s.wijk_code, s.geldig_van, s.geldig_tot, s.restcategorie, s.werkgebied,
    t.naam as gemeente, p.naam as provincie
from samen as s
left join gemeenten as g on s.regio_code = g.gemeente_code
left join samen as t on s.gemeente_code = t.regio_code
left join samen as p on s.provincie_code = p.regio_code
