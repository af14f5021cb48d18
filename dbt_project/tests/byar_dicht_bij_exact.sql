-- Byar's limits beside the exact ones (Garwood: half the chi-square quantiles at 2.5 and 97.5 per cent with 2n and
-- 2n + 2 degrees of freedom), worked out to four decimals. The macro promises 0.021 for the upper limit and 0.018
-- for the lower one, and 1 per cent of the limit from 5 upwards.
with exact as (
    select *
    from (
        values
        (0, 0.0000, 3.6889),
        (1, 0.0253, 5.5716),
        (2, 0.2422, 7.2247),
        (5, 1.6235, 11.6683),
        (10, 4.7954, 18.3904),
        (30, 20.2409, 42.8269),
        (100, 81.3640, 121.6268),
        (400, 361.7563, 441.1866)
    ) as v (aantal, ondergrens, bovengrens)
),

benaderd as (
    select
        *,
        {{ byar_ondergrens('aantal') }} as byar_onder,
        {{ byar_bovengrens('aantal') }} as byar_boven
    from exact
)

select *
from benaderd
where
    abs(byar_onder - ondergrens) > 0.018
    or abs(byar_boven - bovengrens) > 0.021
    or (aantal >= 5 and abs(byar_onder / ondergrens - 1) > 0.01)
    or (aantal >= 5 and abs(byar_boven / bovengrens - 1) > 0.01)
