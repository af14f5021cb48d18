-- Nuisance per soort side by side. Noise of neighbours has no figure of its own: M22 is the nearest, 2.4.1 is not.
with cijfers as (
    select * from ({{ alle_cijfers() }}) as alle
    where indicator_code like 'OVL-%' and periode_soort in ('maand', 'r12m', 'jaar')
)

select
    regio_code, niveau, periode_code, periode_soort,
    {{ kolom_van_indicator('OVL-E33') }} as verward_persoon,
    {{ kolom_van_indicator('OVL-E35') }} as jeugd,
    {{ kolom_van_indicator('OVL-E38') }} as alcohol_drugs,
    {{ kolom_van_indicator('OVL-E41') }} as zwervers,
    {{ kolom_van_indicator('OVL-F010') }} as dronkenschap,
    {{ kolom_van_indicator('OVL-M061') }} as geluid_horeca,
    {{ kolom_van_indicator('OVL-M062') }} as geluid_evenement,
    {{ kolom_van_indicator('OVL-M22') }} as geluid_overig,
    {{ kolom_van_indicator('OVL-0.0.0') }} as totaal_bron,
    case
        when count(*) = count(teller) then 'gepubliceerd'
        when bool_or(status_waarde = 'onderdrukt') then 'onderdrukt'
        else 'nog_niet_beschikbaar'
    end as status_waarde,
    bool_or(voorlopig) as voorlopig,
    max(bron) as bron,
    max(bron_soort) as bron_soort,
    max(levering_id) as levering_id,
    max(bijgewerkt_op) as bijgewerkt_op
from cijfers
group by regio_code, niveau, periode_code, periode_soort
