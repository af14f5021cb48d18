-- Is the difference more than chance? Counts: ratio of two rates, quasi-Poisson (variance = dispersion x mean, normal
-- on the log scale; half a case is added to both when one is zero). Survey figures: the survey's own test of the
-- difference where there is one, else the rule of CBS that intervals may not overlap. Shares: Fisher's exact test. A
-- full count of facts (who has done it) has no chance in it; own efforts and lead times are not tested (decision 0014).
-- Once for what is shown, and for each corner of what is hidden (`geval`).
with paren as (
    select
        d.doel_code, d.regio_code, g.geval, d.indicator_code, d.toets, r.tegen, r.tegen_code,
        case when r.tegen = 'nulmeting' then coalesce(g.nul_teller / r.omvang, r.waarde) else r.waarde end
            as referentie,
        r.status_waarde as status_referentie, r.aanduiding,
        r.ondergrens as referentie_onder, r.bovengrens as referentie_boven,
        g.waarde, l.ondergrens, l.bovengrens, l.reeks as reeks_laatste, r.reeks as reeks_referentie,
        c.a + h.half as a, c.b + h.half as b,
        coalesce(g.scherpst, c.a) + h.half as fout_a,
        case when r.tegen = 'nulmeting' then coalesce(g.nul_scherpst, c.b) else c.b end + h.half as fout_b,
        case d.maat when 'per_1000' then l.noemer else 1 end as omvang_a, r.omvang as omvang_b,
        coalesce(s.spreiding, 1) as spreiding, s.maanden
    from {{ ref('int_doel') }} as d
    inner join {{ ref('int_doel_laatste') }} as l on d.doel_code = l.doel_code and d.regio_code = l.regio_code
    inner join {{ ref('int_doel_geval') }} as g on d.doel_code = g.doel_code and d.regio_code = g.regio_code
    inner join {{ ref('int_doel_referentie') }} as r on d.doel_code = r.doel_code and d.regio_code = r.regio_code
    left join {{ ref('int_doel_spreiding') }} as s
        on d.indicator_code = s.indicator_code and d.regio_code = s.regio_code
    cross join
        lateral (
            values (
                case d.maat when 'per_1000' then l.teller else g.waarde end,
                case when r.tegen = 'nulmeting' then coalesce(g.nul_teller, r.teller) else r.teller end
            )
        ) as c (a, b)
    cross join lateral (values (case when g.waarde = 0 or c.b = 0 then 0.5 else 0 end)) as h (half)
),

fouten as (
    select
        *,
        toets = 'telling' and b is not null and referentie is not null as als_telling,
        case when a > 0 and b > 0 then ln((a / omvang_a) / (b / omvang_b)) end as log_verhouding,
        case when a > 0 and b > 0 then sqrt(spreiding * (1 / fout_a + 1 / fout_b)) end as fout
    from paren
)

select
    f.doel_code, f.regio_code, f.geval, f.tegen, f.tegen_code, f.referentie, f.status_referentie, f.aanduiding,
    f.referentie_onder, f.referentie_boven, f.waarde, f.spreiding, f.b, f.fout_b, f.omvang_b,
    f.waarde - f.referentie as verschil,
    100 * (f.waarde - f.referentie) / nullif(f.referentie, 0) as verschil_pct,
    case when f.als_telling then 100 * (exp(f.log_verhouding - 1.959964 * f.fout) - 1) end as verschil_pct_onder,
    case when f.als_telling then 100 * (exp(f.log_verhouding + 1.959964 * f.fout) - 1) end as verschil_pct_boven,
    case
        when f.als_telling then erfc(abs(f.log_verhouding) / f.fout / sqrt(2.0::double precision))
        else v.p_waarde
    end as p_waarde,
    case
        when f.als_telling then abs(f.log_verhouding) > 1.959964 * f.fout
        when f.toets = 'aandeel' then s.p_waarde < 0.05
        when f.toets = 'interval' and v.significant is not null then v.significant
        when f.tegen = 'streefwaarde' and f.ondergrens is not null
            then f.referentie < f.ondergrens or f.referentie > f.bovengrens
        when f.toets = 'interval' then f.ondergrens > f.referentie_boven or f.bovengrens < f.referentie_onder
    end as significant,
    case
        when f.als_telling then case when f.maanden = 60 then 'quasi_poisson' else 'poisson' end
        when f.toets = 'interval' and v.significant is not null then 'verschil_' || v.methode
        when f.toets = 'interval' then 'intervallen_cbs'
        when s.p_waarde is not null then 'fisher'
        when f.toets = 'geen' and f.tegen = 'nulmeting' then 'kleinste_verandering'
        when f.toets = 'geen' then 'volledige_telling'
    end as methode,
    f.reeks_referentie is null or f.reeks_referentie = f.reeks_laatste as zelfde_reeks
from fouten as f
left join {{ ref('int_doel_enqueteverschil') }} as v
    on f.doel_code = v.doel_code and f.regio_code = v.regio_code and f.tegen = v.tegen
left join {{ ref('int_doel_aandeeltoets') }} as s
    on f.doel_code = s.doel_code and f.regio_code = s.regio_code and f.tegen = s.tegen
