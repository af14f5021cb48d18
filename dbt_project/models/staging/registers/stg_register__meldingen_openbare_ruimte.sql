-- Generated from contracts/registers/meldingen_openbare_ruimte.yml by `python -m veiligheidsbeeld.generated`.
-- noqa: disable=LT02, RF02
-- Events of the register: a row per registration and measure that it counts for.
with rijen as (
    select rij.* from {{ source('raw', 'meldingen_openbare_ruimte') }} as rij
    where {{ bekend('rij') }}
)

select
    'meldingen_openbare_ruimte' as register,
    maat.indicator_code,
    rijen.levering_van || ' ' || coalesce(rijen.werkblad, '') || ' ' || rijen.rijnummer || ' ' || rijen.bestand as rij,
    rijen.gemeente as gemeente_code,
    rijen.buurtcode::text as buurt_code,
    maat.datum::date as datum,
    maat.tot::date as tot,
    maat.n::double precision as n,
    maat.waarde::double precision as waarde,
    maat.per::text as per,
    rijen.levering_van as levering_id
from rijen
cross join lateral (
    values
    ('MOR-TOT', datum_melding, null, 1, 1, null, true),
    ('MOR-AFVAL', datum_melding, null, 1, 1, null, soort = 'afval'),
    ('MOR-GRAFFITI', datum_melding, null, 1, 1, null, soort = 'graffiti'),
    ('MOR-VERNIELING', datum_melding, null, 1, 1, null, soort = 'vernieling'),
    ('MOR-VERLICHTING', datum_melding, null, 1, 1, null, soort = 'verlichting'),
    ('MOR-GROEN', datum_melding, null, 1, 1, null, soort = 'groen'),
    ('MOR-WEGEN', datum_melding, null, 1, 1, null, soort = 'wegen'),
    ('MOR-PARKEREN', datum_melding, null, 1, 1, null, soort = 'parkeren'),
    ('MOR-HOND', datum_melding, null, 1, 1, null, soort = 'hond'),
    ('MOR-AUTOWRAK', datum_melding, null, 1, 1, null, soort = 'autowrak'),
    ('MOR-OVERIG', datum_melding, null, 1, 1, null, soort = 'overig'),
    ('MOR-GELUID', datum_melding, null, 1, 1, null, soort = 'geluid'),
    ('MOR-JEUGD', datum_melding, null, 1, 1, null, soort = 'jeugd'),
    ('MOR-DRUGSAFVAL', datum_melding, null, 1, 1, null, soort = 'drugsafval'),
    ('MOR-DRUGSAFVAL-KG', datum_melding, null, 1, hoeveelheid_kg, null, soort = 'drugsafval'),
    ('MOR-DRUGSAFVAL-KOSTEN', datum_melding, null, 1, kosten, null, soort = 'drugsafval'),
    ('MOR-DRUGSAFVAL-SUBSIDIE', datum_melding, null, 1, subsidie, null, soort = 'drugsafval'),
    (
        'MOR-DUUR-P50', datum_melding, datum_afgerond, 1,
        coalesce(((datum_afgerond) - (datum_melding))::double precision, 'infinity'), null,
        true
    ),
    (
        'MOR-DUUR-P90', datum_melding, datum_afgerond, 1,
        coalesce(((datum_afgerond) - (datum_melding))::double precision, 'infinity'), null,
        true
    ),
    ('MOR-TIJDIG', datum_afgerond, null, 1, (datum_afgerond <= uiterste_datum)::int, null, uiterste_datum is not null),
    ('MOR-LOPEND', datum_melding, datum_afgerond, 1, 1, null, true)
) as maat (indicator_code, datum, tot, n, waarde, per, geldt)
where maat.geldt and maat.datum is not null and maat.n is not null and maat.waarde is not null
