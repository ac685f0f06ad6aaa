"""What an account of the dashboard can read of PostgreSQL itself: asked of the database, now.

What migrations and administrators did is not remembered, so a restore into a new database or a
newer server shows as soon as it runs, and so does the mending.
"""

from typing import Final

from sqlalchemy import text

from storage.engine import ReadTransaction

KEPT: Final = """
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
"""
"""The functions that migration 0019 keeps to monitors, word for word."""

# Whoever owns the tables reads them, and a superuser everything: neither is kept from anything.
_ACCOUNTS: Final = """
    SELECT account.oid FROM pg_roles AS account, pg_class AS owned
    WHERE owned.relname = 'round' AND owned.relnamespace = current_schema()::regnamespace
      AND account.rolcanlogin AND NOT account.rolsuper
      AND pg_has_role(account.oid, 'standeasy_dashboard', 'MEMBER')
      AND NOT pg_has_role(account.oid, owned.relowner, 'MEMBER')
"""

# Without it, whoever begins to make a trigger on any table waits behind who writes to it, and all
# others behind that.
_MAKES_NOTHING: Final = """
    SELECT FROM pg_event_trigger WHERE evtname = 'standeasy_makes_nothing'
      AND evtevent = 'ddl_command_start' AND evtenabled IN ('O', 'A') AND evttags IS NULL
"""

WATCHED: Final = f"""
    SELECT EXISTS (SELECT FROM ({_ACCOUNTS}) AS account WHERE
      has_column_privilege(account.oid, 'pg_catalog.pg_class', 'reltuples', 'SELECT')
      OR NOT EXISTS ({_MAKES_NOTHING})
      OR EXISTS (SELECT FROM (SELECT oid FROM pg_proc {KEPT}) AS kept
                 WHERE has_function_privilege(account.oid, kept.oid, 'EXECUTE')))
"""  # noqa: S608 - names of ours


async def dashboard_can_watch(tx: ReadTransaction) -> bool:
    """Return whether an account of the dashboard sees or holds up what others write.

    Where no process has an account of its own there is none to be kept from them.
    """
    if not tx.has_accounts:
        return False
    return bool(await tx.scalar(text(WATCHED)))
