-- All indicators of this theme, at all levels and over all kinds of period: one row per figure.
with waarden as (
    select * from {{ ref('int_indicatorwaarden') }}
    where thema = 'externe_veiligheid'
)

select
    indicator_code,
    regio_code,
    niveau,
    periode_code,
    periode_soort,
    maat,
    waarde,
    teller,
    noemer,
    ondergrens,
    bovengrens,
    methode,
    n,
    status_waarde,
    voorlopig,
    bron,
    bron_soort,
    reeks,
    levering_id,
    bijgewerkt_op
from waarden
