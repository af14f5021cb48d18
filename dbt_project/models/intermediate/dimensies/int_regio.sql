-- Every region of the code lists with its place in the hierarchies. An aggregate belongs to the work area when it
-- holds a municipality of it.
with codes as (
    select * from {{ ref('int_regio_code') }}
),

werkgebied as (
    select * from {{ ref('int_werkgebied') }}
),

gebieden as (
    select * from {{ ref('int_gebied') }}
),

landsdelen as (
    select geheel_code as landsdeel_code, deel_code as provincie_code from {{ ref('regio_samenstelling') }}
    where geheel_code like 'LD%'
),

regios as (
    select
        c.regio_code, c.naam, c.niveau, c.gemeente_code, c.wijk_code, c.geldig_van, c.geldig_tot, c.restcategorie,
        case c.niveau when 'provincie' then c.regio_code else coalesce(w.provincie_code, c.provincie_code) end
            as provincie_code,
        case c.niveau when 'regionale_eenheid' then c.regio_code else w.regionale_eenheid_code end
            as regionale_eenheid_code,
        w.gemeente_code is not null or c.niveau = 'nederland' as werkgebied
    from codes as c
    left join werkgebied as w on c.gemeente_code = w.gemeente_code
    union all
    select
        regio_code, naam, niveau, null as gemeente_code, null as wijk_code, null as geldig_van, null as geldig_tot,
        false as restcategorie, provincie_code, regionale_eenheid_code, true as werkgebied
    from gebieden
),

hierarchie as (
    select r.*, case r.niveau when 'landsdeel' then r.regio_code else l.landsdeel_code end as landsdeel_code
    from regios as r
    left join landsdelen as l on r.provincie_code = l.provincie_code
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
