-- All regions, with level, parents and validity.
select
    regio_code, naam, niveau, ouder_code, landsdeel_code, provincie_code, regionale_eenheid_code, gemeente_code,
    wijk_code, geldig_van, geldig_tot, restcategorie, werkgebied
from {{ ref('int_regio') }}
