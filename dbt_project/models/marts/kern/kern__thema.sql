-- Themes that have a mart.
select thema, naam, omschrijving, volgorde::integer as volgorde
from {{ ref('thema') }}
