-- Every region of the code lists with its place in the hierarchies. An aggregate belongs to the work area when it
-- holds a municipality of it.
with hierarchie as (
    select * from {{ ref('int_regio_hierarchie') }}
),

gebieden as (
    select * from {{ ref('int_gebied') }}
),

omvattend as (
    select distinct o.regio_code
    from hierarchie as h
    cross join lateral (values (h.provincie_code), (h.regionale_eenheid_code), (h.landsdeel_code)) as o (regio_code)
    where h.werkgebied and h.niveau = 'gemeente'
)

select
    h.regio_code, h.naam, h.niveau, h.landsdeel_code, h.provincie_code, h.regionale_eenheid_code,
    h.gemeente_code, h.wijk_code, h.geldig_van, h.geldig_tot, h.restcategorie,
    case
        when h.niveau = 'nederland' then null
        when h.niveau = 'buurt' then h.wijk_code
        when h.niveau = 'wijk' then h.gemeente_code
        when g.ouder_code is not null then g.ouder_code
        when h.niveau = 'provincie' then coalesce(h.landsdeel_code, 'NL01')
        when h.niveau in ('gemeente', 'samenwerkingsgebied') then coalesce(h.provincie_code, 'NL01')
        else 'NL01'
    end as ouder_code,
    h.werkgebied or o.regio_code is not null as werkgebied
from hierarchie as h
left join omvattend as o on h.regio_code = o.regio_code
left join gebieden as g on h.regio_code = g.regio_code
