-- Disclosure, over categories: parts of a total per year, and per municipality or partnership. Parts that look at the
-- same columns (`indeling`) are taken in the order of the contract, for as long as those shown divide the cases into
-- groups that are all none or enough: no sum or difference of them says anything of fewer, however they overlap. From
-- the first that does not none is shown: to go on would say of each hidden part that it is small. What is public by
-- itself (`vrij`) comes first, whatever its number. Where municipalities are hidden, cases of no part are counted as if
-- these had one each (`speling`): nothing depends on how many they have.
with recursive speling as (
    select j.indicator_code, l.gebied_code, j.jaar, sum(j.rest - 1) filter (where not j.openbaar) as speling
    from {{ ref('int_register_jaar') }} as j
    inner join {{ ref('int_register_lid') }} as l on j.gemeente_code = l.gemeente_code
    group by j.indicator_code, l.gebied_code, j.jaar
),

stappen as (
    select
        i.familie, i.indeling, i.familie_leden, i.min_cel, i.vrij, i.eigen, h.regio_code, h.jaar,
        h.delen & i.eigen as delen, sum(h.n) as n, max(s.speling) as speling,
        0 as stap, true as verder, 0::bigint as getoond, 0::bigint as groep
    from {{ ref('int_register_groep') }} as h
    inner join {{ ref('int_register_indeling') }} as i on h.familie = i.familie
    left join speling as s on h.familie = s.indicator_code and h.regio_code = s.gebied_code and h.jaar = s.jaar
    group by
        i.familie, i.indeling, i.familie_leden, i.min_cel, i.vrij, i.eigen, h.regio_code, h.jaar, h.delen & i.eigen
    union all
    select
        familie, indeling, familie_leden, min_cel, vrij, eigen, regio_code, jaar, delen, n, speling,
        stap + 1 as stap,
        verder and (veilig or eigen & deel = 0) as verder,
        case when veilig then getoond | deel else getoond end as getoond,
        case when veilig then groep | (delen & deel) else groep end as groep
    from (
        select
            *,
            eigen & deel > 0
            and (
                vrij & deel > 0
                or verder and bool_and(aantal = 0 or aantal >= min_cel) over geheel
                and (speling is null or coalesce(sum(n) filter (where in_geen) over geheel, 0) - speling >= min_cel)
            ) as veilig
        from (
            select
                *, 1::bigint << stap as deel,
                (groep | (delen & (1::bigint << stap))) & ~1::bigint = 0 as in_geen,
                sum(n) over (
                    partition by familie, indeling, regio_code, jaar, groep, delen & (1::bigint << stap)
                ) as aantal
            from stappen
            where stap < familie_leden
        ) as gegroepeerd
        window geheel as (partition by familie, indeling, regio_code, jaar)
    ) as beoordeeld
)

select familie, regio_code, jaar, bit_or(getoond) as getoond
from stappen
where stap = familie_leden
group by familie, regio_code, jaar
