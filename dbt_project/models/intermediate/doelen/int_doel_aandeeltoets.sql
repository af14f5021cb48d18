{{ config(materialized='view') }}

-- Shares: Fisher's exact test of the newest year against the year of the baseline, two-sided (all outcomes that are no
-- likelier than the one that came). Readers see the verdict; p would give the counts away.
with paren as (
    select
        d.doel_code, d.regio_code, nu.teller as a, nu.noemer as n_a, toen.teller as b, toen.noemer as n_b,
        nu.teller + toen.teller as k, nu.noemer + toen.noemer as n
    from {{ ref('int_doel') }} as d
    inner join {{ ref('int_doel_laatste') }} as l on d.doel_code = l.doel_code and d.regio_code = l.regio_code
    inner join {{ ref('int_doel_aandeel') }} as nu
        on
            d.indicator_code = nu.indicator_code and d.regio_code = nu.regio_code
            and l.periode_code = nu.periode_code
    inner join {{ ref('int_doel_aandeel') }} as toen
        on
            d.indicator_code = toen.indicator_code and d.regio_code = toen.regio_code
            and d.nulmeting_jaar || 'JJ00' = toen.periode_code
    where d.toets = 'aandeel'
),

kansen as (
    select
        p.doel_code, p.regio_code, x.a = p.a as deze,
        exp(
            lgamma(p.n_a + 1) - lgamma(x.a + 1) - lgamma(p.n_a - x.a + 1)
            + lgamma(p.n_b + 1) - lgamma(p.k - x.a + 1) - lgamma(p.n_b - p.k + x.a + 1)
            - lgamma(p.n + 1) + lgamma(p.k + 1) + lgamma(p.n - p.k + 1)
        ) as kans
    from paren as p
    cross join lateral generate_series(greatest(0, p.k - p.n_b), least(p.k, p.n_a)) as x (a)
),

waargenomen as (
    select *, max(kans) filter (where deze) over (partition by doel_code, regio_code) as kans_deze
    from kansen
)

select
    doel_code, regio_code, 'nulmeting' as tegen,
    -- To twelve decimals: what remains is the arithmetic of logarithms.
    least(1, round((sum(kans) filter (where kans <= kans_deze * (1 + 1e-7)))::numeric, 12))::double precision
        as p_waarde
from waargenomen
group by doel_code, regio_code
