{{ config(indexes=[{'columns': ['indicator_code', 'regio_code']}]) }}

-- Survey figures of both series in one shape. They are two series of the same question: what the statistics office
-- publishes, and what the municipalities' own respondent file gives. A file that comes before its year is over in the
-- other sources waits for them: what is shown has a period of the calendar.
with cijfers as (
    select * from {{ ref('int_enquete_gepubliceerd') }}
    union all
    select * from {{ ref('int_enquete_eigen') }}
),

regios as (
    select regio_code, naam, niveau from {{ ref('int_regio') }}
),

delicten as (
    select * from {{ ref('vm_delict') }}
)

select
    c.reeks,
    c.indicator_code as indicator_basis,
    {{ enquete_indicator('c.indicator_code', 'c.leeftijdsgroep') }} as indicator_code,
    d.delict,
    d.blok,
    split_part(c.indicator_code, '-', 3) as maat_enquete,
    c.leeftijdsgroep,
    c.doelgroep,
    c.regio_code,
    r.niveau,
    c.jaar,
    p.periode_code,
    c.waarde, c.ondergrens, c.bovengrens, c.methode, c.n, c.indicatief, c.status_waarde, c.voorlopig,
    l.tabel as bron,
    l.bron_soort,
    c.levering_id,
    l.verwerkt_op as bijgewerkt_op
from cijfers as c
inner join {{ ref('int_periode') }} as p on p.periode_code = c.jaar || 'JJ00'
inner join regios as r on c.regio_code = r.regio_code
inner join delicten as d on split_part(c.indicator_code, '-', 2) = d.delict
inner join {{ ref('int_bronlevering') }} as l on c.levering_id = l.levering_id
