-- Of the survey CBS publishes figures and there are own estimates. Where an indicator and region have both, `cijfers`
-- shows what was published; the own estimates where nothing was published. This is the other one.
with reeksen as (
    select
        indicator_code,
        regio_code,
        coalesce(bool_or(waarde is not null) filter (where reeks = 'vm_gepubliceerd'), false) as gepubliceerd,
        coalesce(bool_or(waarde is not null) filter (where reeks = 'vm_eigen'), false) as eigen
    from {{ ref('int_waarde_enquete') }}
    group by indicator_code, regio_code
    having count(distinct reeks) > 1
)

select
    indicator_code,
    regio_code,
    case when gepubliceerd or not eigen then 'vm_eigen' else 'vm_gepubliceerd' end as reeks
from reeksen
