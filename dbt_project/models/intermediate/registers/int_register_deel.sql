-- Disclosure, over categories: parts of a total per municipality and year, taken in the order of the contract. A part
-- is shown when, together with those already shown, it divides the cases into groups that are all none or enough. No
-- sum or difference of what is shown then says anything of fewer cases, however parts overlap.
with recursive handtekeningen as (
    select
        i.familie, i.familie_leden, i.min_cel, g.gemeente_code, g.maand_index / 12 as jaar, g.rij, max(g.n) as n,
        bit_or(1::bigint << (i.familie_nr - 1)) as delen
    from {{ ref('int_register_gebeurtenis') }} as g
    inner join {{ ref('register_indicator') }} as i on g.indicator_code = i.indicator_code
    where
        i.berekening = 'telling' and i.min_cel > 1 and i.familie_leden > 1
        and coalesce(g.telling, 'deel') = 'deel'
    group by i.familie, i.familie_leden, i.min_cel, g.gemeente_code, g.maand_index / 12, g.rij
),

stappen as (
    select
        familie, familie_leden, min_cel, gemeente_code, jaar, delen,
        sum(n) as n, 0 as stap, 0::bigint as getoond, 0::bigint as groep
    from handtekeningen
    group by familie, familie_leden, min_cel, gemeente_code, jaar, delen
    union all
    select
        familie, familie_leden, min_cel, gemeente_code, jaar, delen, n, stap + 1 as stap,
        case when veilig then getoond | (1::bigint << stap) else getoond end as getoond,
        case when veilig then groep | (delen & (1::bigint << stap)) else groep end as groep
    from (
        select
            *,
            bool_and(aantal = 0 or aantal >= min_cel) over (partition by familie, gemeente_code, jaar) as veilig
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
