-- All indicators, one branch per kind of source, each with its theme and field of the national taxonomy.
with indicatoren as (
    select {{ indicator_kolommen() }} from {{ ref('int_indicator_registratie') }}
    union all
    select {{ indicator_kolommen() }} from {{ ref('int_indicator_enquete') }}
    union all
    select {{ indicator_kolommen() }} from {{ ref('int_indicator_register') }}
    union all
    select {{ indicator_kolommen() }} from {{ ref('int_indicator_kubus') }}
)

select i.*, v.veiligheidsveld as vng_veld
from indicatoren as i
left join {{ ref('vng_thema') }} as v on i.vng_thema = v.veiligheidsthema
