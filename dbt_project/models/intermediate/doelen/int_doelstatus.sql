{{ config(materialized='view') }}

-- The status of a goal: the first rule that applies. What was not tested for chance follows the rule of a smallest
-- change (docs/decisions/0014-untested-changes.md). Where figures are hidden, or ranges: the status that they have
-- whatever they are, worst case included (0034); if the difference has a good direction in all of them and is more than
-- chance in some, that it is good; else none.
with oordelen as (
    select
        o.*, v.verborgen_label, v.verborgen_status,
        {{ doel_vrijwel_gelijk('o') }} as vrijwel_gelijk, {{ doel_binnen_afronding('o') }} as binnen_afronding,
        -- What was before the plan, or not after what it would be held against, says nothing about the goal.
        coalesce(
            (o.waarde is null and o.minste is null) or o.peildatum < o.vanaf
            or (o.vergelijking = 'nulmeting' and extract(year from o.peildatum) <= o.nulmeting_jaar),
            false
        ) as te_oud
    from {{ ref('int_doel_oordeel') }} as o
    left join {{ ref('int_doel_verborgen') }} as v on o.doel_code = v.doel_code and o.regio_code = v.regio_code
),

standen as (
    select *, {{ doel_stand() }} as stand
    from oordelen
),

samen as (
    select
        doel_code, regio_code, array_agg(distinct stand) as mogelijk,
        case when bool_and(significant) = bool_or(significant) then bool_and(significant) end as zeker
    from standen
    where geval > 0
    group by doel_code, regio_code
)

select
    s.*,
    case when s.onzeker then m.zeker else s.significant end as zeker_significant,
    coalesce(cardinality(m.mogelijk) > 1, false) as meer_standen,
    case
        when s.onzeker is not true then s.stand
        when cardinality(m.mogelijk) = 1 and (s.waarde is not null or m.mogelijk[1] <> 'nog_geen_data')
            then m.mogelijk[1]
        when m.mogelijk <@ array['gehaald', 'richting_goed_niet_significant'] then 'richting_goed_niet_significant'
        else 'niet_meetbaar'
    end as status
from standen as s
left join samen as m on s.doel_code = m.doel_code and s.regio_code = m.regio_code
where s.geval = 0
