-- Everything in the warehouse that does not follow from a contract, a theme or a dbt model. Idempotent; run as beheer.

create schema if not exists raw;
create schema if not exists laad;
create schema if not exists quarantaine;
create schema if not exists staging;
create schema if not exists intermediate;
create schema if not exists publicatie;
create schema if not exists beheer;

comment on schema raw is 'Getypeerde rijen per dataset met historie (levering_van, levering_tot)';
comment on schema laad is 'Laatste levering per dataset, zoals geleverd, tot zij gekeurd en verwerkt is';
comment on schema quarantaine is 'Geweigerde rijen en leveringen met reden, regel en eigenaar';
comment on schema publicatie is 'Alle bewaarde publicaties; wat niet verandert staat er een keer';
comment on schema beheer is 'Publicaties, runlog en kwaliteitshistorie';

create table if not exists raw.levering (
    levering_id integer generated always as identity primary key,
    dataset text not null,
    bron_soort text not null check (bron_soort in ('voorbeeld', 'opname', 'live')),
    tabel text not null,
    adres text not null,
    gewijzigd_bron timestamptz,
    versie text,
    opgehaald_op timestamptz not null,
    landing text not null,
    inhoud_sha256 text not null,
    rijen bigint not null,
    scope jsonb not null,
    status text not null check (status in ('geladen', 'gekeurd', 'verwerkt', 'geweigerd')),
    reden text,
    verwerkt_op timestamptz,
    telling jsonb not null default '{}',
    unique (dataset, landing)
);
comment on table raw.levering is 'Een levering: wat een bron op een moment gaf';
comment on column raw.levering.levering_id is 'Volgnummer van de levering';
comment on column raw.levering.dataset is 'Naam van het contract';
comment on column raw.levering.bron_soort is
'voorbeeld (synthetisch), opname (echte cijfers, opgenomen antwoorden) of live';
comment on column raw.levering.tabel is 'Tabelnummer bij de bron';
comment on column raw.levering.adres is 'Adres waar de levering is opgehaald';
comment on column raw.levering.gewijzigd_bron is 'Wijzigingsmoment volgens de bron';
comment on column raw.levering.versie is 'Versie volgens de bron';
comment on column raw.levering.opgehaald_op is 'Moment van ophalen';
comment on column raw.levering.landing is 'Map met de ontvangen bestanden';
comment on column raw.levering.inhoud_sha256 is 'Vingerafdruk van de inhoud';
comment on column raw.levering.rijen is 'Aantal cellen in de levering';
comment on column raw.levering.scope is 'Waarover de levering spreekt: regio''s en perioden (null: alle)';
comment on column raw.levering.status is 'geladen, gekeurd, verwerkt of geweigerd';
comment on column raw.levering.reden is 'Waarom geweigerd';
comment on column raw.levering.verwerkt_op is 'Moment waarop de cijfers in raw bekend werden';
comment on column raw.levering.telling is 'Aantallen nieuwe, gewijzigde, vervallen, gelijke en geweigerde rijen';

-- What is left of register rows past their retention (docs/decisions/0009).
create table if not exists raw.register_geteld (
    register text not null,
    gemeente text not null,
    maand date not null,
    levering_id integer not null references raw.levering,
    geteld_op timestamptz not null default now(),
    primary key (register, gemeente, maand)
);
comment on table raw.register_geteld is
'Maanden waarvan de rijen na hun bewaartermijn zijn vernietigd en de aantallen bewaard; een maand telt een keer';
comment on column raw.register_geteld.register is 'Naam van het contract';
comment on column raw.register_geteld.gemeente is 'Gemeente die de maand volledig had geleverd';
comment on column raw.register_geteld.maand is 'Eerste dag van de maand, naar de datum die een rij plaatst';
comment on column raw.register_geteld.levering_id is 'Laatste levering over die maand';
comment on column raw.register_geteld.geteld_op is 'Moment waarop is geteld en vernietigd';

create table if not exists raw.register_telling (
    register text not null,
    gemeente text not null,
    soort text not null check (soort in ('totaal', 'deel', 'buurt')),
    periode date not null,
    indicatoren text[] not null,
    buurt text not null,
    n double precision not null,
    waarde double precision not null,
    levering_id integer not null references raw.levering,
    primary key (register, gemeente, soort, periode, indicatoren, buurt)
);
comment on table raw.register_telling is
'Aantallen uit vernietigde rijen van registers, exact; eigenaar is die van het register. Niet voor lezers';
comment on column raw.register_telling.register is 'Naam van het contract';
comment on column raw.register_telling.gemeente is 'Gemeente';
comment on column raw.register_telling.soort is
'totaal (per maand), deel (combinatie van delen, per jaar) of buurt (totaal van een buurt, per jaar)';
comment on column raw.register_telling.periode is 'Eerste dag van de maand of het jaar waarin de gevallen tellen';
comment on column raw.register_telling.indicatoren is 'Indicatoren waarvoor deze gevallen alle tellen';
comment on column raw.register_telling.buurt is 'Buurt; leeg als onbekend, of als de rij niet over een buurt gaat';
comment on column raw.register_telling.n is 'Aantal gevallen';
comment on column raw.register_telling.waarde is 'Som van wat de indicatoren optellen';
comment on column raw.register_telling.levering_id is 'Laatste levering waaruit is geteld';

create table if not exists raw.codelijst (
    dataset text not null,
    dimensie text not null,
    code text not null,
    volgorde integer not null,
    titel text not null,
    omschrijving text,
    extra jsonb not null default '{}',
    levering_van integer not null references raw.levering,
    levering_tot integer references raw.levering
);
create unique index if not exists codelijst_actueel on raw.codelijst (dataset, dimensie, code)
where levering_tot is null;
comment on table raw.codelijst is 'Codelijsten zoals de bron ze levert, met historie; codes zonder aanvulblanco';
comment on column raw.codelijst.dataset is 'Naam van het contract';
comment on column raw.codelijst.dimensie is 'Kolomnaam van de dimensie in raw (Perioden voor de perioden)';
comment on column raw.codelijst.code is 'Code zonder aanvulblanco';
comment on column raw.codelijst.volgorde is 'Volgorde in de codelijst van de bron, vanaf 0';
comment on column raw.codelijst.titel is 'Titel volgens de bron';
comment on column raw.codelijst.omschrijving is 'Omschrijving volgens de bron';
comment on column raw.codelijst.extra is 'Overige velden van de bron';
comment on column raw.codelijst.levering_van is 'Levering die deze versie bracht';
comment on column raw.codelijst.levering_tot is 'Levering die deze versie verving; leeg: actueel';

create table if not exists quarantaine.rij (
    levering_id integer not null references raw.levering,
    dataset text not null,
    bestand text not null,
    rijnummer integer not null,
    kolom text,
    regel text not null,
    reden text not null,
    rij jsonb not null,
    eigenaar text not null,
    geweigerd_op timestamptz not null default now()
);
alter table quarantaine.rij add column if not exists werkblad text;
create index if not exists rij_levering on quarantaine.rij (levering_id);
comment on table quarantaine.rij is 'Geweigerde rijen met de contractregel die zij breken';
comment on column quarantaine.rij.rij is 'Inhoud van de rij; leeg bij registers (kan persoonsgegevens bevatten)';
comment on column quarantaine.rij.werkblad is 'Werkblad waarop de rij staat; leeg als het bestand er geen heeft';

create table if not exists quarantaine.levering (
    levering_id integer references raw.levering,
    dataset text not null,
    landing text not null,
    regel text not null,
    reden text not null,
    remedie text not null,
    eigenaar text not null,
    geweigerd_op timestamptz not null default now()
);
comment on table quarantaine.levering is 'Als geheel geweigerde leveringen; de vorige stand bleef staan';

create table if not exists beheer.publicatie (
    publicatie_nr integer generated always as identity primary key,
    thema text not null,
    status text not null check (status in ('gepubliceerd', 'geweigerd', 'ongewijzigd')),
    aangemaakt_op timestamptz not null default now(),
    leveringen integer[] not null,
    tabellen jsonb not null default '{}',
    code_versie text not null,
    handtekening text not null,
    reden text
);
comment on table beheer.publicatie is 'Alle publicaties en geweigerde kandidaten';

create table if not exists beheer.publicatie_actueel (
    thema text primary key,
    publicatie_nr integer not null references beheer.publicatie,
    sinds timestamptz not null default now()
);
comment on table beheer.publicatie_actueel is 'Welke publicatie lezers per thema zien; een rij wijzigen is publiceren';

create table if not exists beheer.publicatie_log (
    moment timestamptz not null default now(),
    thema text not null,
    handeling text not null check (handeling in ('publiceren', 'terugdraaien')),
    van_nr integer,
    naar_nr integer,
    door text not null default current_user,
    toelichting text
);
comment on table beheer.publicatie_log is 'Logboek van publiceren en terugdraaien';

create table if not exists beheer.kandidaat (
    selectie text primary key,
    leveringen integer[] not null,
    code_versie text not null,
    bouw text,
    gebouwd_op timestamptz not null default now()
);
comment on table beheer.kandidaat is
'Waarvan de kandidaten zijn gemaakt: stempel per dbt-selectie (bouw leeg: bezig of mislukt)';

create table if not exists beheer.stap (
    stap_id bigint generated always as identity primary key,
    run_id text not null,
    stap text not null,
    onderwerp text not null,
    gestart_op timestamptz not null,
    geeindigd_op timestamptz not null,
    uitkomst text not null check (uitkomst in ('gedaan', 'niets_nieuws', 'geweigerd', 'mislukt')),
    boodschap text not null,
    detail jsonb not null default '{}'
);
comment on table beheer.stap is 'Runlog: een rij per uitgevoerde stap';

create table if not exists beheer.kwaliteit (
    kwaliteit_id bigint generated always as identity primary key,
    gekeurd_op timestamptz not null default now(),
    grens text not null check (grens in ('levering', 'kandidaat')),
    onderwerp text not null,
    levering_id integer references raw.levering,
    handtekening text,
    verwachting text not null,
    kolom text,
    kaart text not null check (kaart in ('rood', 'geel')),
    geslaagd boolean not null,
    uitleg text not null,
    waargenomen jsonb
);
comment on table beheer.kwaliteit is 'Uitslag van elke verwachting van Great Expectations, per levering en kandidaat';

create table if not exists beheer.koppeling (
    levering_id integer not null references raw.levering,
    dataset text not null,
    dimensie text not null,
    code text not null,
    pad text not null,
    oordeel text not null check (
        oordeel in (
            'gekoppeld', 'ongebruikt', 'ontbreekt', 'dubbel', 'eenheid', 'eenheid_onbekend', 'nieuw', 'verdwenen',
            'gestopt'
        )
    ),
    betekenis text,
    eenheid text,
    schaal double precision not null default 1,
    minimum double precision,
    maximum double precision,
    toelichting text,
    primary key (levering_id, dimensie, code, pad)
);
comment on table beheer.koppeling is
'Per levering: welke code van de bron waarvoor staat, gevonden via titels; en wat niet gevonden is (code leeg)';
comment on column beheer.koppeling.dimensie is 'Measure (maat), kolom (v3), of de dimensie van de bron';
comment on column beheer.koppeling.code is 'Code of kolom van de bron in deze levering; leeg: niet aangetroffen';
comment on column beheer.koppeling.pad is 'Titels van de groepen en de eigen titel, zoals de bron ze schrijft';
comment on column beheer.koppeling.oordeel is
'gekoppeld of ongebruikt; rood: ontbreekt, dubbel, eenheid; geel: eenheid_onbekend, nieuw, verdwenen, gestopt';
comment on column beheer.koppeling.betekenis is 'Indicator, kenmerk, gebied of kolom waarvoor de code staat';
comment on column beheer.koppeling.eenheid is 'Eenheid volgens de bron';
comment on column beheer.koppeling.schaal is 'Waarmee een waarde wordt vermenigvuldigd';
comment on column beheer.koppeling.minimum is 'Kleinste waarde die kan voorkomen';
comment on column beheer.koppeling.maximum is 'Grootste waarde die kan voorkomen';

create table if not exists beheer.vernietiging (
    vernietiging_id bigint generated always as identity primary key,
    dataset text not null,
    wat text not null check (wat in ('bestand', 'rijen')),
    partitie text not null,
    aantal bigint not null,
    regel text not null,
    inhoud_sha256 text,
    vernietigd_op timestamptz not null default now()
);
comment on table beheer.vernietiging is 'Vernietigingslijst: wat na zijn bewaartermijn is vernietigd, en waarom';
comment on column beheer.vernietiging.dataset is 'Naam van het contract';
comment on column beheer.vernietiging.wat is 'bestand (in landing) of rijen (in raw)';
comment on column beheer.vernietiging.partitie is 'Levering van het bestand, of gemeente en jaar van de rijen';
comment on column beheer.vernietiging.aantal is 'Aantal vernietigde bestanden of rijen';
comment on column beheer.vernietiging.regel is 'Bewaartermijn die is uitgevoerd';
comment on column beheer.vernietiging.inhoud_sha256 is 'Vingerafdruk van het vernietigde bestand';

create table if not exists beheer.toegang (
    moment timestamptz not null default now(),
    rol text not null,
    handeling text not null check (handeling in ('verleend', 'beeindigd')),
    leest_als text,
    eigen text[] not null default '{}',
    geldig_tot date
);
comment on table beheer.toegang is 'Wie op eigen naam mocht inloggen, waarvoor en tot wanneer';
comment on column beheer.toegang.rol is 'Rol waarmee de persoon inlogt';
comment on column beheer.toegang.handeling is 'verleend of beeindigd';
comment on column beheer.toegang.leest_als is 'Rol waarvan de rechten gelden: analist of bi_lezer';
comment on column beheer.toegang.eigen is 'Gemeenten en samenwerkingen waarvan exacte aantallen te zien zijn';
comment on column beheer.toegang.geldig_tot is 'Dag tot welke ingelogd kan worden';

create table if not exists beheer.inzage (
    moment timestamptz not null,
    rol text not null,
    sessie integer not null,
    relatie text not null,
    primary key (moment, sessie, relatie)
);
comment on table beheer.inzage is
'Welke rol wanneer welke tabel of weergave las, uit het logboek van de server; zonder de vraag zelf';
comment on column beheer.inzage.moment is 'Moment van de vraag';
comment on column beheer.inzage.rol is 'Rol die inlogde: een persoon, of analist of bi_lezer';
comment on column beheer.inzage.sessie is 'Nummer van het proces van de server';
comment on column beheer.inzage.relatie is 'Tabel of weergave: schema en naam';

create table if not exists beheer.migratie (
    nr integer primary key,
    naam text not null,
    uitgevoerd_op timestamptz not null default now()
);
comment on table beheer.migratie is 'Welke wijzigingen van een oudere opzet in dit magazijn zijn uitgevoerd';
comment on column beheer.migratie.nr is 'Volgnummer van de wijziging';
comment on column beheer.migratie.naam is 'Korte naam van de wijziging';
comment on column beheer.migratie.uitgevoerd_op is 'Moment waarop zij is uitgevoerd';

-- Marks of what dbt built, by which a build knows what can stay (docs/decisions/0035-only-what-changed.md).
create table if not exists beheer.merk (
    knoop text primary key,
    invoer text not null,
    relatie oid,
    inhoud text,
    rijen bigint
);
comment on table beheer.merk is
'Waarvan elke tabel, weergave en geslaagde test van dbt is gemaakt, en wat erin staat: wat gelijk bleef blijft staan';
comment on column beheer.merk.knoop is 'Schema en naam, of de naam van een test; code: de versie waarvoor alles geldt';
comment on column beheer.merk.invoer is 'Vingerafdruk van de tekst en van alles wat die leest';
comment on column beheer.merk.relatie is 'Nummer (oid) van de tabel of weergave die toen is gemaakt';
comment on column beheer.merk.inhoud is 'Vingerafdruk van de inhoud; van een grote tabel alleen van deze bouw';
comment on column beheer.merk.rijen is 'Aantal rijen dat toen is geschreven';

-- Which versions of rows a table holds: another row, or another version of one, is another number.
create or replace function beheer.stand(relatie oid) returns text language plpgsql stable strict as $$
declare
    gevonden text;
begin
    execute format(
        'select count(*) || '' '' || coalesce(sum(hash_record_extended(row(t.tableoid, t.ctid, t.xmin), 0)), 0)'
        ' from %s as t', relatie::regclass
    ) into gevonden;
    return gevonden;
exception when others then
    -- What cannot be asked (of a table that is cut over several hosts) is another every time.
    return gen_random_uuid()::text;
end;
$$;
comment on function beheer.stand(oid) is 'Vingerafdruk van de versies van alle rijen van een tabel';

-- What a small table says, in whatever order; null of a large one.
create or replace function beheer.inhoud(relatie oid) returns text language plpgsql stable strict as $$
declare
    gevonden text;
begin
    if not exists (select from pg_class where oid = relatie and relkind = 'r') or pg_table_size(relatie) > 4194304 then
        return null;
    end if;
    execute format(
        'select count(*) || '' '' || coalesce(sum(hashtextextended(t::text, 0)), 0) from %s as t', relatie::regclass
    ) into gevonden;
    return gevonden || ' ' || (
        select md5(string_agg(attname || ' ' || format_type(atttypid, atttypmod), ', ' order by attnum))
        from pg_attribute where attrelid = relatie and attnum > 0 and not attisdropped
    );
exception when others then
    return null;
end;
$$;
comment on function beheer.inhoud(oid) is 'Vingerafdruk van kolommen en rijen van een kleine tabel; leeg van een grote';

-- Of a text and the relations that it reads: of views their text and what these read in turn, of tables the content.
-- A view itself only has to stand on the very relations that it was made on (`gebonden`). What asks for the day is
-- another every day; no text asks for less than a day (tests/dbt/test_unchanged.py).
create or replace function beheer.invoer(tekst text, leest regclass[], gebonden boolean) returns text
language sql stable as $$
    with recursive gelezen (relatie) as (
        select unnest(leest)::oid
        union
        select d.refobjid
        from gelezen as g
        inner join pg_rewrite as r on r.ev_class = g.relatie
        inner join pg_depend as d on d.classid = 'pg_rewrite'::regclass and d.objid = r.oid
        where d.refclassid = 'pg_class'::regclass and not gebonden
    ),

    delen as (
        select
            c.relnamespace::regnamespace || '.' || c.relname as naam,
            case
                when gebonden then c.oid::text
                when c.relkind = 'v' then pg_get_viewdef(c.oid)
                else coalesce(m.inhoud, beheer.stand(c.oid))
            end as inhoud
        from gelezen as g
        inner join pg_class as c on g.relatie = c.oid
        left join beheer.merk as m
            on c.relkind = 'r' and m.relatie = c.oid and m.knoop = c.relnamespace::regnamespace || '.' || c.relname
    ),

    alles as (
        select concat_ws(e'\n', tekst, string_agg(naam || ' ' || inhoud, e'\n' order by naam)) as alles from delen
    )

    select md5(
        alles
        || case
            when not gebonden and alles ~* '\m(now\(\)|current_|localtime|(clock|statement|transaction)_timestamp)'
                then (now() at time zone 'Europe/Amsterdam')::date::text
            else ''
        end
    )
    from alles
$$;
comment on function beheer.invoer(text, regclass[], boolean) is
'Vingerafdruk van een tekst en van alles wat die leest';
