-- Indicators of registers as the region has them: those of every region, those about one value of a list of the region
-- where it has that value, and one per row of a list that asks for it (`maten`), with the row's own name and theme.
with indicatoren as (
    select * from {{ ref('register_indicator') }}
),

lijsten as (
    select 'programma' as lijst, programma_code as code, naam, maten, thema, veiligheidsthema
    from {{ ref('programma') }}
    union all
    select 'locatie' as lijst, locatie_code as code, naam, maten, null as thema, null as veiligheidsthema
    from {{ ref('locatie') }}
),

rijen as (
    select
        i.*,
        coalesce(l.code, '') as rij_code, coalesce(l.naam, '') as rij_naam,
        upper(replace(coalesce(l.code, ''), '_', '')) as rij_deel,
        t.thema_code as rij_thema, l.veiligheidsthema as rij_veiligheidsthema
    from indicatoren as i
    left join lijsten as l on i.regiolijst = l.lijst and i.regiomaat = any(string_to_array(l.maten, ';'))
    left join {{ ref('thema') }} as t on l.thema = t.thema
    where
        i.regiolijst is null or l.code is not null
        or (i.regiolijst, i.regiowaarde) in (select v.lijst, v.code from lijsten as v)
)

select
    replace(indicator_code, '{waarde}', rij_deel) as indicator_code,
    register,
    replace(naam, '{waarde}', rij_naam) as naam,
    replace(definitie, '{waarde}', rij_code) as definitie,
    berekening, frequentie, eenheid, eenheid_naam, heeft_noemer, per_organisatie, volgtijd,
    replace(familie, '{waarde}', rij_deel) as familie,
    familie_nr, familie_leden, replace(indeling, '{waarde}', rij_deel) as indeling, basis,
    replace(geheel, '{waarde}', rij_deel) as geheel, per_gebied, min_cel, eigen,
    coalesce(rij_thema, mart_prim) as mart_prim,
    case when rij_thema is null then mart_ook end as mart_ook,
    coalesce(rij_veiligheidsthema, veiligheidsthema) as veiligheidsthema,
    richting, inspanningsafhankelijk, jeugd, leeftijdsgroep, ruimtelijk_principe, wijk_en_buurt,
    kolommen, buurtkolom, caveat, eigenaar
from rijen
