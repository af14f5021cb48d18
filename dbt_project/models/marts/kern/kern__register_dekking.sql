-- How many municipalities of each area delivered a register, per year and quarter: why a figure of an area is absent.
select
    register, regio_code, periode_code, periode_soort, leden, geleverd, volledig, levering_id
from {{ ref('int_register_regio_periode') }}
where periode_soort in ('jaar', 'kwartaal')
