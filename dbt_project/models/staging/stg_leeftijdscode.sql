-- Codes of ages with the age group that their title names: "12 tot 18 jaar" is 12 up to and including 17.
with codes as (
    select
        dataset,
        dimensie,
        code,
        case when titel not ilike 'totaal%' then substring(titel from '^(\d+) ')::integer end as van,
        substring(titel from ' tot (\d+) jaar')::integer - 1 as tot_en_met
    from {{ ref('stg_codelijst') }}
    where titel ~* '^(totaal|\d+ tot \d+ jaar|\d+ jaar of ouder)'
)

select c.dataset, c.dimensie, c.code, g.leeftijdsgroep
from codes as c
inner join {{ ref('leeftijdsgroep') }} as g
    on c.van is not distinct from g.leeftijd_van and c.tot_en_met is not distinct from g.leeftijd_tot_en_met
