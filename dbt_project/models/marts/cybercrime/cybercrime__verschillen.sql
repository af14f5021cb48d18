-- Own survey estimates against a benchmark area or an earlier wave, tested with the covariance of the samples.
with verschillen as (
    select * from {{ ref('int_enquete_verschil') }}
    where thema = 'cybercrime'
)

select
    indicator_code, regio_code, niveau, periode_code, jaar, leeftijdsgroep, doelgroep, soort, tegen, tegen_naam,
    verschil, verschil_ondergrens, verschil_bovengrens, standaardfout, p_waarde, p_gecorrigeerd, significant,
    correctie, toetsen, marges_overlappen, methode, status_waarde, zin, bron, bron_soort, levering_id, bijgewerkt_op
from verschillen
