"""Candidates made by hand that agree with raw: a theme of two tables, and the shared dimensions."""

from __future__ import annotations

from psycopg import sql

from tests.judge.batches import Batch, overlast
from tests.places import OTHER_UNIT, TOGETHER, TOWN, TOWN_NAME, UNIT
from tests.publish.candidates import judged
from veiligheidsbeeld import publish
from veiligheidsbeeld.contracts.cube import load_cubes
from veiligheidsbeeld.cubes import ddl
from veiligheidsbeeld.settings import Settings
from veiligheidsbeeld.warehouse import connect

# Counts of the source, a partnership, rates (one region is too small for them), and a month that never came.
FIGURES = f"""
    create table kandidaat_jeugd.indicatorwaarden as
    with bron as (
        select 'OVL-' || soort_overlast as indicator_code, regio as regio_code, periode as periode_code,
            case periode_soort when 'MM' then 'maand' else 'jaar' end as periode_soort,
            case left(regio, 2) when 'NL' then 'nederland' when 'RE' then 'regionale_eenheid' else 'gemeente' end
                as niveau,
            geregistreerde_overlast as teller, levering_van as levering_id
        from raw.politie_overlast_gemeente_cellen where levering_tot is null
    ),
    gebieden as (
        select * from bron
        union all
        select indicator_code, '{TOGETHER}', periode_code, periode_soort, 'samenwerkingsgebied', teller, levering_id
        from bron where regio_code = '{TOWN}'
        union all
        select indicator_code, regio_code, '2024MM01', periode_soort, niveau, null, null
        from bron where periode_code = '2023MM12'
    ),
    maten as (
        select g.*, m.maat,
            case when maat = 'per_1000' then case regio_code when 'RE01' then 50 else 1000 end end as noemer,
            maat = 'per_1000' and regio_code = 'RE01' as te_klein
        from gebieden as g
        cross join (values ('aantal'), ('per_1000')) as m (maat)
    )
    select indicator_code, regio_code, niveau, periode_code, periode_soort, maat,
        case when not te_klein then teller::double precision end as waarde,
        teller, noemer,
        case when not te_klein then teller * 0.9::double precision end as ondergrens,
        case when not te_klein then teller * 1.1::double precision end as bovengrens,
        teller as n,
        case when teller is null then 'nog_niet_beschikbaar' when te_klein then 'onderdrukt'
            when teller = 0 then 'nul' else 'gepubliceerd' end as status_waarde,
        '47021NED' as bron, 'voorbeeld' as bron_soort, 'doorlopend' as reeks, levering_id, now() as bijgewerkt_op
    from maten;
    create unique index on kandidaat_jeugd.indicatorwaarden (indicator_code, regio_code, periode_code, maat, reeks);
    create table kandidaat_jeugd.benchmark as
    select indicator_code, regio_code, 'NL01' as benchmark_code, periode_code, waarde, waarde as benchmark_waarde,
        1.0::double precision as verhouding, 0.0::double precision as verschil, teller, noemer,
        teller as benchmark_teller, 1000 as benchmark_noemer, status_waarde, bron_soort, levering_id
    from kandidaat_jeugd.indicatorwaarden
    where maat = 'per_1000' and periode_soort = 'jaar' and status_waarde = 'gepubliceerd';
    create unique index on kandidaat_jeugd.benchmark (indicator_code, regio_code, benchmark_code, periode_code);
"""
CORE = f"""
    create table kandidaat_kern.regio as
    select * from (values
        ('NL01', 'Nederland', 'nederland', null), ('{OTHER_UNIT}', 'Andere', 'regionale_eenheid', 'NL01'),
        ('{UNIT}', 'Eenheid', 'regionale_eenheid', 'NL01'), ('{TOWN}', '{TOWN_NAME}', 'gemeente', 'NL01'),
        ('{TOGETHER}', 'Drie gemeenten', 'samenwerkingsgebied', 'NL01')
    ) as r (regio_code, naam, niveau, ouder_code);
    create table kandidaat_kern.periode as
    select to_char(m, 'YYYY"MM"MM') as periode_code, 'maand' as periode_soort, m::date as begin_datum,
        (m + interval '1 month - 1 day')::date as eind_datum
    from generate_series('2023-01-01'::timestamp, '2024-01-01', '1 month') as m
    union all select '2023JJ00', 'jaar', '2023-01-01', '2023-12-31';
    create table kandidaat_kern.indicator as
    select 'OVL-' || c as indicator_code, c as naam, c as definitie from unnest(array['0.0.0', 'E33', 'E35']) as c;
    create table kandidaat_kern.thema as select 'jeugd' as thema, 'Jeugd' as naam;
    create table kandidaat_kern.levering as select levering_id, dataset, bron_soort from raw.levering;
    create table kandidaat_kern.bevolking as
    select 'NL01' as regio_code, 2023 as jaar, 'totaal' as leeftijdsgroep, 17 as inwoners_1_januari,
        'gepubliceerd' as status_waarde;
    create unique index on kandidaat_kern.regio (regio_code);
    create unique index on kandidaat_kern.periode (periode_code);
    create unique index on kandidaat_kern.indicator (indicator_code);
    create unique index on kandidaat_kern.thema (thema);
    create unique index on kandidaat_kern.levering (levering_id);
    create unique index on kandidaat_kern.bevolking (regio_code, jaar, leeftijdsgroep);
"""


def fill_raw(settings: Settings, batch: Batch | None = None) -> int:
    """All raw tables, empty but for one merged delivery of overlast; returns its number."""
    levering_id = (batch or overlast()).stage(settings, status="verwerkt")
    with connect(settings, "lader") as connection:
        for contract in load_cubes().values():
            ddl.ensure_raw(connection, contract)
        connection.execute(
            "insert into raw.politie_overlast_gemeente select soort_overlast, regio, jaar, periode_soort,"
            f" geregistreerde_overlast, aanwezig, {levering_id}, null from laad.politie_overlast_gemeente"
        )
    return levering_id


def build(settings: Settings, thema: str = "jeugd") -> None:
    """The candidate as dbt would leave it, every column explained."""
    schema = f"kandidaat_{thema}"
    with connect(settings, "transform") as connection:
        for (table,) in connection.execute(
            "select tablename from pg_tables where schemaname = %s", [schema]
        ).fetchall():
            connection.execute(sql.SQL("drop table {}").format(sql.Identifier(schema, table)))
        connection.execute(CORE if thema == "kern" else FIGURES)
        for table, column in connection.execute(
            "select table_name, column_name from information_schema.columns where table_schema = %s", [schema]
        ).fetchall():
            connection.execute(
                sql.SQL("comment on column {}.{} is 'Toelichting'").format(
                    sql.Identifier(schema, table), sql.Identifier(column)
                )
            )


def published(settings: Settings, thema: str = "jeugd", tamper: str | None = None) -> publish.Publication:
    """Builds, passes the gate and publishes, whatever was tampered with."""
    build(settings, thema)
    if tamper:
        with connect(settings, "transform") as connection:
            connection.execute(tamper)
    judged(settings, thema=thema)
    return publish.publish(settings, thema, force=True)
