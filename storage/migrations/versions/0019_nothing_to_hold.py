"""The dashboard's account holds nothing that an act of an officer waits for, and sees no log grow.

Whoever may remove rows of a table may lock all of it, so chats are unlinked by a function. And
whoever is let in to nothing may still begin to make a trigger or a rule: the server takes the
table's lock first and refuses then, so a process makes nothing. Functions that say how far the
log has come, who waits for whom or what became of a transaction are kept to monitors, with those
of 0015.
"""

import logging

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

log = logging.getLogger(__name__)

DASHBOARD = "standeasy_dashboard"

UNLINKED = ("lead_chat", "alert_chat")
FUNCTIONS = (
    *(f"unlink_every_{table}()" for table in UNLINKED),
    "clear_chat_codes(timestamptz)",
)

KEEP_TO_MONITORS = """\
DO $$
DECLARE
  found record;
  columns text;
BEGIN
  FOR found IN
    SELECT oid::regprocedure AS name FROM pg_proc
    WHERE pronamespace = 'pg_catalog'::regnamespace AND prokind = 'f' AND (
      proname LIKE 'pg\\_stat\\_get\\_%' OR proname LIKE 'pg\\_current\\_wal\\_%'
      OR proname LIKE 'pg\\_last\\_wal\\_%' OR proname LIKE 'pg\\_xact\\_commit\\_%'
      OR proname LIKE 'brin\\_%summarize\\_%' OR proname IN (
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
"""
"""Also docs/samples/keep-to-monitors.sql, for an administrator. All of 0015's is in it."""

AS_IT_WAS = """\
DO $$
DECLARE
  found record;
BEGIN
  DROP EVENT TRIGGER IF EXISTS standeasy_makes_nothing;
  DROP FUNCTION IF EXISTS standeasy_makes_nothing();
  FOR found IN
    SELECT oid::regprocedure AS name FROM pg_proc
    WHERE pronamespace = 'pg_catalog'::regnamespace AND prokind = 'f' AND (
      proname LIKE 'pg\\_last\\_wal\\_%' OR proname LIKE 'pg\\_xact\\_commit\\_%'
      OR proname LIKE 'brin\\_%summarize\\_%' OR proname IN (
        'pg_control_recovery', 'pg_logical_emit_message', 'pg_get_replication_slots',
        'pg_last_xact_replay_timestamp', 'pg_last_committed_xact', 'pg_prepared_xact',
        'pg_current_snapshot', 'txid_current_snapshot', 'pg_xact_status', 'txid_status',
        'mxid_age', 'pg_get_multixact_members', 'pg_blocking_pids',
        'pg_safe_snapshot_blocking_pids', 'pg_isolation_test_session_is_blocked',
        'gin_clean_pending_list'))
  LOOP
    EXECUTE format('GRANT EXECUTE ON FUNCTION %s TO PUBLIC', found.name);
  END LOOP;
END $$;
"""


def upgrade() -> None:
    """Take away what can be held or watched, and give a function in place of each removal."""
    if op.get_bind().dialect.name != "postgresql":
        return
    run = op.get_bind().exec_driver_sql
    schema = op.get_bind().scalar(sa.text("SELECT quote_ident(current_schema())"))
    definer = (
        f"LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, {schema}, pg_temp AS"
    )
    for table in UNLINKED:
        # Nobody's chat goes without a word of it in the trail, in the same transaction.
        run(
            f"CREATE FUNCTION unlink_every_{table}() RETURNS bigint {definer} $$"  # noqa: S608
            " DECLARE gone bigint; BEGIN"
            " IF NOT EXISTS (SELECT FROM audit WHERE xmin = pg_current_xact_id()::xid"
            " AND sequence = (SELECT max(sequence) FROM audit)) THEN"
            " RAISE EXCEPTION 'nothing in the trail' USING ERRCODE = 'check_violation'; END IF;"
            f" DELETE FROM lead_chat_code; DELETE FROM {table};"
            " GET DIAGNOSTICS gone = ROW_COUNT; RETURN gone; END $$"
        )
        run(f"REVOKE DELETE ON {table} FROM {DASHBOARD}")
    run(
        f"CREATE FUNCTION clear_chat_codes(before timestamptz) RETURNS bigint {definer} $$"  # noqa: S608
        " DECLARE gone bigint; BEGIN DELETE FROM lead_chat_code WHERE expires_at < before;"
        " GET DIAGNOSTICS gone = ROW_COUNT; RETURN gone; END $$"
    )
    run(f"REVOKE DELETE ON lead_chat_code FROM {DASHBOARD}")
    for function in FUNCTIONS:
        run(f"REVOKE EXECUTE ON FUNCTION {function} FROM PUBLIC")
        run(f"GRANT EXECUTE ON FUNCTION {function} TO {DASHBOARD}")
    if _may_decide():
        run(KEEP_TO_MONITORS)
    else:
        log.warning(
            "the dashboard's account of the database can watch and hold up officers' acts: as an"
            " administrator, run docs/samples/keep-to-monitors.sql in it, also if it was run before"
        )


def downgrade() -> None:
    """Give it back."""
    if op.get_bind().dialect.name != "postgresql":
        return
    run = op.get_bind().exec_driver_sql
    if _may_decide():
        run(AS_IT_WAS)
    for function in FUNCTIONS:
        run(f"DROP FUNCTION {function}")
    run(f"GRANT DELETE ON lead_chat, alert_chat, lead_chat_code TO {DASHBOARD}")


def _may_decide() -> bool:
    may = "SELECT rolsuper FROM pg_roles WHERE rolname = current_user"
    return bool(op.get_bind().scalar(sa.text(may)))
