-- Disclosure, over categories: parts of a total per municipality and year, taken in the order of the contract. A part
-- is shown when, together with those already shown, it divides the cases into groups that are all none or enough. No
-- sum or difference of what is shown then says anything of fewer cases, however parts overlap. What is public by itself
-- (`vrij`) comes first and is shown whatever its number; where that leaves a small group, no other part is shown.
with recursive families as (
    select
        familie, max(min_cel) as min_cel,
        coalesce(bit_or(1::bigint << (familie_nr - 1)) filter (where min_cel = 1), 0) as vrij
    from {{ ref('int_register_indicator') }}
    where berekening = 'telling' and familie_leden > 1
    group by familie
    having max(min_cel) > 1
),

handtekeningen as (
    select
        i.familie, i.familie_leden, f.min_cel, f.vrij, g.gemeente_code, g.maand_index / 12 as jaar, g.rij,
        max(g.n) as n,
        bit_or(1::bigint << (i.familie_nr - 1)) as delen
    from {{ ref('int_register_gebeurtenis') }} as g
    inner join {{ ref('int_register_indicator') }} as i on g.indicator_code = i.indicator_code
    inner join families as f on i.familie = f.familie
    where i.berekening = 'telling' and coalesce(g.telling, 'deel') = 'deel'
    group by i.familie, i.familie_leden, f.min_cel, f.vrij, g.gemeente_code, g.maand_index / 12, g.rij
),

stappen as (
    select
        familie, familie_leden, min_cel, vrij, gemeente_code, jaar, delen,
        sum(n) as n, 0 as stap, 0::bigint as getoond, 0::bigint as groep
    from handtekeningen
    group by familie, familie_leden, min_cel, vrij, gemeente_code, jaar, delen
    union all
    select
        familie, familie_leden, min_cel, vrij, gemeente_code, jaar, delen, n, stap + 1 as stap,
        case when veilig then getoond | (1::bigint << stap) else getoond end as getoond,
        case when veilig then groep | (delen & (1::bigint << stap)) else groep end as groep
    from (
        select
            *,
            bool_and(aantal = 0 or aantal >= min_cel) over (partition by familie, gemeente_code, jaar)
            or vrij & (1::bigint << stap) > 0 as veilig
        from (
            select
                *,
                sum(n) over (
                    partition by familie, gemeente_code, jaar, groep, delen & (1::bigint << stap)
                ) as aantal
            from stappen
            where stap < familie_leden
        ) as gegroepeerd
    ) as beoordeeld
)

select familie, gemeente_code, jaar, max(getoond) as getoond
from stappen
where stap = familie_leden
group by familie, gemeente_code, jaar
