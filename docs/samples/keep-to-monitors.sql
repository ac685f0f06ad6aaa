DO $$
DECLARE
  found record;
  columns text;
BEGIN
  FOR found IN
    SELECT oid::regprocedure AS name FROM pg_proc
    WHERE pronamespace = 'pg_catalog'::regnamespace AND prokind = 'f' AND (
      proname LIKE 'pg\_stat\_get\_%' OR proname LIKE 'pg\_current\_wal\_%'
      OR proname LIKE 'pg\_last\_wal\_%' OR proname LIKE 'pg\_xact\_commit\_%'
      OR proname LIKE 'brin\_%summarize\_%' OR proname IN (
        'pg_relation_size', 'pg_table_size', 'pg_total_relation_size', 'pg_indexes_size',
        'pg_database_size', 'pg_tablespace_size', 'pg_lock_status', 'pg_control_checkpoint',
        'pg_control_recovery', 'pg_logical_emit_message', 'pg_get_replication_slots',
        'pg_last_xact_replay_timestamp', 'pg_last_committed_xact', 'pg_prepared_xact',
        'pg_current_snapshot', 'txid_current_snapshot', 'pg_xact_status', 'txid_status',
        'mxid_age', 'pg_get_multixact_members', 'pg_blocking_pids',
        'pg_safe_snapshot_blocking_pids', 'pg_isolation_test_session_is_blocked',
        'gin_clean_pending_list'))
  LOOP
    EXECUTE format('REVOKE EXECUTE ON FUNCTION %s FROM PUBLIC', found.name);
    EXECUTE format('GRANT EXECUTE ON FUNCTION %s TO pg_monitor', found.name);
  END LOOP;
  SELECT string_agg(quote_ident(attname), ', ') INTO columns FROM pg_attribute
  WHERE attrelid = 'pg_class'::regclass AND attnum > 0 AND NOT attisdropped
    AND attname NOT IN ('reltuples', 'relpages', 'relallvisible', 'relallfrozen',
                        'relfrozenxid', 'relminmxid', 'relfilenode');
  REVOKE SELECT ON pg_class FROM PUBLIC;
  EXECUTE format('GRANT SELECT (%s) ON pg_class TO PUBLIC', columns);
  EXECUTE format('GRANT SELECT ON pg_class TO pg_monitor, %I',
    (SELECT pg_get_userbyid(datdba) FROM pg_database WHERE datname = current_database()));
  -- Before any lock: who begins to make a trigger or a rule waits for the table first.
  EXECUTE format($make$
    CREATE OR REPLACE FUNCTION standeasy_makes_nothing() RETURNS event_trigger
    LANGUAGE plpgsql SET search_path = pg_catalog AS $body$ BEGIN
      IF EXISTS (
        SELECT FROM pg_roles AS who, pg_roles AS role, pg_class AS owned
        WHERE who.rolname = session_user AND NOT who.rolsuper
          AND role.rolname IN ('standeasy_officers', 'standeasy_dashboard', 'standeasy_tally')
          AND pg_has_role(who.oid, role.oid, 'MEMBER')
          AND owned.relname = 'round' AND owned.relnamespace = %L::regnamespace
          AND NOT pg_has_role(who.oid, owned.relowner, 'MEMBER'))
      THEN RAISE EXCEPTION 'a process makes and changes no objects'
        USING ERRCODE = 'insufficient_privilege'; END IF;
    END $body$ $make$, current_schema());
  DROP EVENT TRIGGER IF EXISTS standeasy_makes_nothing;
  CREATE EVENT TRIGGER standeasy_makes_nothing ON ddl_command_start
    EXECUTE FUNCTION standeasy_makes_nothing();
END $$;
-- No table of ours holds a large object: one that is made is there to fill disks and backups.
DO $$
DECLARE
  found record;
BEGIN
  FOR found IN
    SELECT oid::regprocedure AS name FROM pg_proc
    WHERE pronamespace = 'pg_catalog'::regnamespace AND proname IN (
      'lo_creat', 'lo_create', 'lo_from_bytea', 'lo_import', 'lo_open', 'lo_put', 'lowrite')
  LOOP
    EXECUTE format('REVOKE EXECUTE ON FUNCTION %s FROM PUBLIC', found.name);
  END LOOP;
END $$;
