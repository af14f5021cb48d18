-- Disclosure, over time: a quarter is closed when it and all earlier ones of its year are none or enough cases, and so
-- is what is left of the total that it is a part of. What was published stays published, whatever follows: the rest of
-- the year is one block, until the year is over.
with kwartalen as (
    select g.*, i.min_cel
    from {{ ref('int_register_gemeente') }} as g
    inner join {{ ref('int_register_indicator') }} as i on g.indicator_code = i.indicator_code
    where g.periode_soort = 'kwartaal' and g.reden is null
)

select
    indicator_code, gemeente_code, jaar, eind_index, n, tegendeel,
    bool_and((n = 0 or n >= min_cel) and (coalesce(tegendeel, 0) = 0 or tegendeel >= min_cel)) over (
        partition by indicator_code, gemeente_code, jaar order by eind_index
    ) as gesloten
from kwartalen
