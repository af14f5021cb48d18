{{ config(post_hook="create statistics on regio_code, jaar from {{ this }}; analyze {{ this }}") }}

-- Denominator of every rate: inhabitants on 1 January of the year in which the period ends. A later year than the
-- last known one has none: an older population is not passed off as the current one.
select
    regio_code,
    jaar,
    round(inwoners)::integer as inwoners,
    status_waarde
from {{ ref('int_bevolking') }}
where peil = '1_januari' and leeftijdsgroep = 'totaal'
