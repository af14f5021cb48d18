-- Four soorten have no monthly figures: no month, rolling year or year to date may show one, not even a zero.
select c.indicator_code, c.regio_code, c.periode_soort, c.periode_code, c.teller, c.status_waarde
from ({{ alle_cijfers() }}) as c
inner join {{ ref('int_indicator') }} as i on c.indicator_code = i.indicator_code
where
    i.alleen_jaar
    and c.periode_soort <> 'jaar'
    and (c.teller is not null or c.status_waarde <> 'niet_gepubliceerd_op_niveau')
