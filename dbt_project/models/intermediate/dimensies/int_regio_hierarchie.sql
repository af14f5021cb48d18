{{ config(materialized='view') }}

-- Every region with the larger ones around it, as its own code lists say; `werkgebied` does not look yet at what it
-- holds.
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
        false as restcategorie, provincie_code, regionale_eenheid_code, werkgebied
    from gebieden
)

select r.*, case r.niveau when 'landsdeel' then r.regio_code else l.landsdeel_code end as landsdeel_code
from regios as r
left join landsdelen as l on r.provincie_code = l.provincie_code
