-- Least privilege: who may do what. Idempotent; run after schemas.sql. Those on the marts: mart_schemas.py.
-- lader writes raw, laad and quarantaine; transform reads raw and builds candidates; publicist moves candidates
-- into publicatie; analist and bi_lezer see only kern and the marts.

grant usage, create on schema raw, laad, quarantaine to lader;
grant select, insert, update, delete, truncate on all tables in schema raw, quarantaine to lader;
grant usage on schema beheer to lader, transform, publicist;
grant select, insert, update on all tables in schema beheer to lader, transform, publicist;
grant delete on beheer.publicatie_actueel to publicist;
grant delete on beheer.koppeling to lader;
grant delete on beheer.merk to transform;
-- Who read what is written by the guard alone, who cannot read it; retention ends it.
revoke all on beheer.toegang, beheer.inzage from lader, transform, publicist;
grant usage on schema beheer to bewaker;
grant insert on beheer.inzage to bewaker;
grant select, delete on beheer.toegang, beheer.inzage to lader;
-- What was published when, and how titles were bound. The run log, verdicts and the list of what was destroyed name
-- exact counts of registers: those are for who runs the pipeline.
grant usage on schema beheer to analist;
revoke select on all tables in schema beheer from analist;
grant select on beheer.publicatie, beheer.publicatie_actueel, beheer.publicatie_log, beheer.koppeling to analist;

grant usage on schema raw, laad, quarantaine to transform, publicist;
grant select on all tables in schema raw, quarantaine to transform, publicist;
alter default privileges for role lader in schema raw, laad, quarantaine grant select on tables to transform, publicist;

grant usage, create on schema staging, intermediate to transform;
grant usage on schema staging, intermediate to publicist;
grant usage, create on schema publicatie to publicist;
grant transform to publicist;
-- What readers saw before: the goals say what changed since then.
grant usage on schema publicatie to transform;
alter default privileges for role publicist in schema publicatie grant select on tables to transform;

-- Answers of survey respondents are for the lader alone, who makes estimates of them; nobody else reads a person.
do $$
begin
    if to_regclass('raw.vm_respondent') is not null then
        revoke all on raw.vm_respondent from transform, publicist, analist, bi_lezer;
    end if;
end
$$;
