-- What dashboards ask, each as a BI tool writes it; run by publication.py and dashboards.py as bi_lezer. {gemeente} and the like are
-- filled in with codes and names that the home holds. First what is asked of the long table, then what those ask that open the
-- views to open (`cijfers` under a name of its own is how Superset asks for it).

-- card: latest twelve months of one municipality
select waarde, ondergrens, bovengrens from mart_leefomgeving.indicatorwaarden
where indicator_code = {indicator} and regio_code = {gemeente} and maat = 'aantal' and periode_code = {r12m};

-- card: a rate with its status
select waarde, status_waarde, voorlopig from mart_leefomgeving.indicatorwaarden
where indicator_code = {indicator} and regio_code = {gemeente} and maat = 'per_1000' and periode_code = {jaar};

-- line: months of one municipality
select periode_code, waarde from mart_leefomgeving.indicatorwaarden
where indicator_code = {indicator} and regio_code = {gemeente} and periode_soort = 'maand' and maat = 'aantal'
order by periode_code;

-- line: months by date, through the dimension of periods
select p.begin_datum, i.waarde from mart_leefomgeving.indicatorwaarden as i
inner join kern.periode as p on i.periode_code = p.periode_code
where i.indicator_code = {indicator} and i.regio_code = {gemeente} and i.periode_soort = 'maand' and i.maat = 'aantal'
order by 1;

-- lines: years of all municipalities of a province
select r.naam, p.jaar, i.waarde from mart_leefomgeving.indicatorwaarden as i
inner join kern.regio as r on i.regio_code = r.regio_code
inner join kern.periode as p on i.periode_code = p.periode_code
where i.indicator_code = {indicator} and i.niveau = 'gemeente' and r.provincie_code = {provincie}
    and i.periode_soort = 'jaar' and i.maat = 'per_1000';

-- lines: a few municipalities by name
select r.naam, p.begin_datum, i.waarde from mart_leefomgeving.indicatorwaarden as i
inner join kern.regio as r on i.regio_code = r.regio_code
inner join kern.periode as p on i.periode_code = p.periode_code
where r.naam in (
        select naam from kern.regio where niveau = 'gemeente' and provincie_code = {provincie} order by naam limit 5
    )
    and i.indicator_code = {indicator} and i.periode_soort = 'maand' and i.maat = 'aantal';

-- map: one indicator in all municipalities
select regio_code, waarde from mart_leefomgeving.indicatorwaarden
where indicator_code = {indicator} and niveau = 'gemeente' and periode_code = {r12m} and maat = 'per_1000';

-- map: one indicator in all neighbourhoods of a municipality
select regio_code, waarde from mart_leefomgeving.indicatorwaarden
where indicator_code = {indicator} and niveau = 'buurt' and regio_code like {buurten}
    and periode_code = {jaar} and maat = 'aantal';

-- bars: municipalities in order
select r.naam, i.waarde from mart_leefomgeving.indicatorwaarden as i
inner join kern.regio as r on i.regio_code = r.regio_code
where i.indicator_code = {indicator} and i.niveau = 'gemeente' and i.periode_code = {jaar} and i.maat = 'per_1000'
order by i.waarde desc nulls last;

-- bars: the ten highest neighbourhoods
select r.naam, i.waarde from mart_leefomgeving.indicatorwaarden as i
inner join kern.regio as r on i.regio_code = r.regio_code
where i.indicator_code = {indicator} and i.niveau = 'buurt' and i.periode_code = {jaar} and i.maat = 'aantal'
order by i.waarde desc nulls last limit 10;

-- table: every indicator of a municipality in a year
select k.naam, i.maat, i.waarde from mart_leefomgeving.indicatorwaarden as i
inner join kern.indicator as k on i.indicator_code = k.indicator_code
where i.regio_code = {gemeente} and i.periode_code = {jaar} order by 1, 2;

-- table: a year beside the year before
select n.indicator_code, n.waarde, v.waarde as vorig from mart_leefomgeving.indicatorwaarden as n
inner join mart_leefomgeving.indicatorwaarden as v
    on n.indicator_code = v.indicator_code and n.regio_code = v.regio_code and n.maat = v.maat
where n.regio_code = {gemeente} and n.periode_code = {jaar} and v.periode_code = {vorig_jaar} and n.maat = 'aantal';

-- filter: municipalities that have figures
select distinct r.naam from mart_leefomgeving.indicatorwaarden as i
inner join kern.regio as r on i.regio_code = r.regio_code
where i.niveau = 'gemeente' order by 1;

-- filter: periods that have figures
select distinct periode_code from mart_leefomgeving.indicatorwaarden;

-- filter: kinds of figures
select distinct maat from mart_leefomgeving.indicatorwaarden;

-- pivot: sum per year and province
select p.jaar, r.provincie_code, sum(i.waarde) from mart_leefomgeving.indicatorwaarden as i
inner join kern.regio as r on i.regio_code = r.regio_code
inner join kern.periode as p on i.periode_code = p.periode_code
where i.periode_soort = 'jaar' and i.niveau = 'gemeente' and i.maat = 'aantal' group by 1, 2;

-- pivot: sum per month of one indicator
select p.begin_datum, sum(i.waarde) from mart_leefomgeving.indicatorwaarden as i
inner join kern.periode as p on i.periode_code = p.periode_code
where i.indicator_code = {indicator} and i.niveau = 'gemeente' and i.periode_soort = 'maand' and i.maat = 'aantal'
group by 1 order by 1;

-- star: names of region and indicator, a year of the dimension
select r.naam, k.naam, p.label, i.waarde from mart_leefomgeving.indicatorwaarden as i
inner join kern.regio as r on i.regio_code = r.regio_code
inner join kern.indicator as k on i.indicator_code = k.indicator_code
inner join kern.periode as p on i.periode_code = p.periode_code
where r.naam = {gemeentenaam} and k.naam = {indicatornaam} and p.jaar = left({jaar}, 4)::integer and i.maat = 'aantal';

-- quality: figures by status
select status_waarde, count(*) from mart_leefomgeving.indicatorwaarden
where niveau = 'gemeente' and periode_code = {jaar} group by 1;

-- benchmark: a municipality beside larger areas
select b.periode_code, b.benchmark_niveau, b.waarde, b.benchmark_waarde from mart_leefomgeving.benchmark as b
where b.indicator_code = {indicator} and b.regio_code = {gemeente} and b.periode_soort = 'jaar' order by 1;

-- traffic lights: goals
select plan_code, doel, status, zin from mart_ivp.doelen where hele_gebied;

-- another theme: months by name
select p.begin_datum, r.naam, j.aantal from mart_jeugd.jeugdoverlast as j
inner join kern.regio as r on j.regio_code = r.regio_code
inner join kern.periode as p on j.periode_code = p.periode_code
where j.periode_soort = 'maand' and r.naam = {gemeentenaam};

-- preview: the first thousand rows
select * from mart_leefomgeving.indicatorwaarden limit 1000;

-- preview: the first thousand rows with their dimensions
select i.*, r.naam, p.label from mart_leefomgeving.indicatorwaarden as i
inner join kern.regio as r on i.regio_code = r.regio_code
inner join kern.periode as p on i.periode_code = p.periode_code limit 1000;

-- cijfers, line: months of one municipality with their margin
select c.eind_datum, coalesce(max(c.per_1000), max(c.procent)) as cijfer, max(c.per_1000_ondergrens) as onder,
    max(c.per_1000_bovengrens) as boven
from (select * from mart_leefomgeving.cijfers) as c
where c.indicator = {indicatornaam} and c.regio = {gemeentenaam} and c.niveau = 'gemeente' and c.periode_soort = 'maand'
group by c.eind_datum order by c.eind_datum limit 10000;

-- cijfers, line: a municipality beside larger areas
select c.eind_datum, max(c.per_1000) as zelf, max(c.per_1000_regionale_eenheid) as eenheid,
    max(c.per_1000_provincie) as provincie, max(c.per_1000_nederland) as nederland
from (select * from mart_leefomgeving.cijfers) as c
where c.indicator = {indicatornaam} and c.regio = {gemeentenaam} and c.niveau = 'gemeente' and c.periode_soort = 'maand'
group by c.eind_datum order by c.eind_datum limit 10000;

-- cijfers, table: everything of one indicator in one municipality
select * from mart_leefomgeving.cijfers where indicator_code = {indicator} and regio_code = {gemeente};

-- cijfers, table: a year of a municipality, every indicator beside the year before
select c.indicator, c.aantal, c.aantal_vorig_jaar, c.per_1000, c.per_1000_vorig_jaar, c.status
from mart_leefomgeving.cijfers as c
where c.regio = {gemeentenaam} and c.niveau = 'gemeente' and c.periode_code = {jaar} order by 1;

-- cijfers, bars: municipalities in order, the newest year
select c.regio, c.per_1000, c.per_1000_ondergrens, c.per_1000_bovengrens, c.aantal, c.aantal_vorig_jaar, c.status, c.periode
from mart_leefomgeving.cijfers as c
where c.niveau = 'gemeente' and c.is_laatste and c.indicator = {indicatornaam} and c.periode_soort = 'jaar'
order by c.per_1000 desc nulls last limit 1000;

-- cijfers, map: one indicator in all municipalities, with boundaries
select c.regio, c.per_1000, g.grens from mart_leefomgeving.cijfers_per_jaar as c
inner join kern.regio_grens as g on c.regio_code = g.regio_code and g.is_laatste
where c.indicator_code = {indicator} and c.is_laatste;

-- cijfers, pivot: sum per year and province
select extract(year from c.begin_datum) as jaar, c.provincie, sum(c.aantal) as som
from mart_leefomgeving.cijfers_per_jaar as c group by 1, 2;

-- cijfers, pivot: sum per month of one indicator
select c.begin_datum, sum(c.aantal) as som from mart_leefomgeving.cijfers_per_maand as c
where c.indicator = {indicatornaam} group by 1 order by 1;

-- cijfers, quality: figures by status
select c.status, count(*) as rijen from mart_leefomgeving.cijfers as c
where c.niveau = 'gemeente' and c.indicator = {indicatornaam} group by 1 order by 2 desc limit 1000;

-- cijfers, filter: indicators
select c.indicator from mart_leefomgeving.cijfers_per_jaar as c group by 1 order by 1 limit 1000;

-- cijfers, filter: kinds of period
select distinct c.periode_soort from mart_leefomgeving.cijfers as c;

-- cijfers, filter: first and last day
select min(c.begin_datum) as eerste, max(c.eind_datum) as laatste from mart_leefomgeving.cijfers_per_jaar as c;

-- cijfers, preview: the first thousand rows
select * from mart_leefomgeving.cijfers limit 1000;

-- cijfers, preview: years
select * from mart_leefomgeving.cijfers_per_jaar limit 1000;

-- cijfers, preview: months
select * from mart_leefomgeving.cijfers_per_maand limit 1000;
