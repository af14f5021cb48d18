{{ config(materialized='view') }}

-- What each series of a table is, as its contract says.
select reeks.*
from
    jsonb_to_recordset({{ uit_contracten('reeksen') }}) as reeks (
        dataset text, soort text, naam text, volgorde integer, totaal boolean, eenheid text, per integer,
        afronding integer, leeftijd_totaal text
    )
