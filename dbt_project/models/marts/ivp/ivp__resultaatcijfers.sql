-- The cells of the agreed results one below the other, each with its status: for plans with years of their own.
select
    plan_code, volgorde, regio_code, hoofdthema, rij, indicator_code, maat, soort, jaar, kolom,
    waarde, status_waarde, voorlopig, levering_id
from {{ ref('int_resultaatcel') }}
