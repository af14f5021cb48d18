-- The data dictionary as rows, for tools that do not show comments: read from the catalogue, so that it says what the
-- comments say. A column whose name begins with a measure has its unit.
select
    n.nspname::text as schema,
    c.relname::text as tabel,
    a.attname::text as kolom,
    a.attnum::integer as volgorde,
    format_type(a.atttypid, a.atttypmod) as type,
    (
        select m.label from kern.label as m
        where
            m.lijst = 'maat' and a.atttypid in ('integer'::regtype, 'bigint'::regtype, 'double precision'::regtype)
            and (a.attname = m.code or a.attname like m.code || '\_%' or a.attname like '%\_' || m.code)
        order by length(m.code) desc
        limit 1
    ) as eenheid,
    col_description(c.oid, a.attnum) as omschrijving,
    obj_description(c.oid, 'pg_class') as omschrijving_tabel
from pg_catalog.pg_class as c
inner join pg_catalog.pg_namespace as n on c.relnamespace = n.oid
inner join pg_catalog.pg_attribute as a on c.oid = a.attrelid and a.attnum > 0 and not a.attisdropped
where c.relkind = 'v' and (n.nspname = 'kern' or n.nspname like 'mart\_%')
