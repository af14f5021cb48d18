-- Periods of which the source itself says that its figures are provisional: in a field, or by a star behind the title.
with perioden as (
    select
        dataset, code, left(code, 4)::integer as jaar, substr(code, 5, 2) as soort, right(code, 2)::integer as nr
    from {{ ref('stg_codelijst') }}
    where
        dimensie = 'Perioden' and code ~ '^\d{4}(JJ|KW|MM)\d\d$'
        and (extra ->> 'Status' in ('Voorlopig', 'NaderVoorlopig') or titel like '%*')
)

select
    dataset, code as periode_code, jaar, soort = 'JJ' as heel_jaar,
    jaar * 12 + case soort when 'MM' then nr - 1 when 'KW' then 3 * (nr - 1) else 0 end as begin_index
from perioden
