-- What nobody may do but those who need it for their work: PUBLIC is given these by PostgreSQL itself. Idempotent; run
-- by the superuser in the warehouse. Why, and what cannot be taken: docs/decisions/0026-readers.md.

-- Advisory locks (the pipeline's own), large objects, messages and snapshots that fill the disk, ending the queries of
-- others, and counters of tables that a reader does not see. What tools ask of sessions (pg_stat_activity) stays.
do $$
declare
    routine regprocedure;
begin
    for routine in
        select oid::regprocedure from pg_proc
        where pronamespace = 'pg_catalog'::regnamespace
            and has_function_privilege('public', oid, 'execute')
            and (
                proname ~ '^(pg_advisory_|pg_try_advisory_|lo_)'
                or proname ~ '^pg_stat_get_(?!activity|backend_|progress_|snapshot_)'
                or proname ~ '^pg_stat_get_backend_(io|wal)$'
                or proname in (
                    'loread', 'lowrite', 'pg_notify', 'pg_logical_emit_message', 'pg_export_snapshot',
                    'pg_cancel_backend', 'pg_terminate_backend'
                )
            )
    loop
        execute format('revoke execute on function %s from public', routine);
        execute format('grant execute on function %s to beheer, lader, transform, publicist', routine);
    end loop;
end
$$;
grant execute on function pg_cancel_backend(integer), pg_terminate_backend(integer, bigint) to bewaker;

-- No blocks of code.
revoke usage on language plpgsql, sql from public;
grant usage on language plpgsql, sql to beheer, lader, transform, publicist;
