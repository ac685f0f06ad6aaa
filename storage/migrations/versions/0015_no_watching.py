"""The dashboard sees no trace of an answer at the moment it is given.

Each answer points at its round, so PostgreSQL notes on the round's row which transaction looked:
the dashboard reads the columns of rounds, and no system column of them. The server counts what
happens to every table, for everybody to read: only monitors and owners do, where the account
that migrates may decide that.
"""

import logging

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

log = logging.getLogger(__name__)

DASHBOARD = "standeasy_dashboard"
ROUND = (
    "id, check_in, opens_on, state, closes_at, prompts_opened, programme_version, sealing_key,"
    " units, released_at, paused_at"
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
      proname LIKE 'pg\\_stat\\_get\\_%' OR proname LIKE 'pg\\_current\\_wal\\_%' OR proname IN (
        'pg_relation_size', 'pg_table_size', 'pg_total_relation_size', 'pg_indexes_size',
        'pg_database_size', 'pg_tablespace_size', 'pg_lock_status', 'pg_control_checkpoint'))
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
END $$;
"""
"""Also docs/samples/keep-to-monitors.sql, for an administrator."""

AS_IT_WAS = """\
DO $$
DECLARE
  found record;
BEGIN
  FOR found IN
    SELECT oid::regprocedure AS name FROM pg_proc
    WHERE pronamespace = 'pg_catalog'::regnamespace AND prokind = 'f' AND (
      proname LIKE 'pg\\_stat\\_get\\_%' OR proname LIKE 'pg\\_current\\_wal\\_%' OR proname IN (
        'pg_relation_size', 'pg_table_size', 'pg_total_relation_size', 'pg_indexes_size',
        'pg_database_size', 'pg_tablespace_size', 'pg_lock_status', 'pg_control_checkpoint'))
  LOOP
    EXECUTE format('GRANT EXECUTE ON FUNCTION %s TO PUBLIC', found.name);
  END LOOP;
  GRANT SELECT ON pg_class TO PUBLIC;
END $$;
"""


def upgrade() -> None:
    """Grant the columns of rounds in place of the table, and keep statistics to monitors."""
    if op.get_bind().dialect.name != "postgresql":
        return
    op.execute(f"REVOKE SELECT ON round FROM {DASHBOARD}")  # noqa: S608 - names of ours
    op.execute(f"GRANT SELECT ({ROUND}) ON round TO {DASHBOARD}")
    if _may_decide():
        op.get_bind().exec_driver_sql(KEEP_TO_MONITORS)
    else:
        log.warning(
            "every account of the database can watch how its tables change: as an administrator,"
            " run docs/samples/keep-to-monitors.sql in it"
        )


def downgrade() -> None:
    """Grant both as before."""
    if op.get_bind().dialect.name != "postgresql":
        return
    op.execute(f"REVOKE SELECT ({ROUND}) ON round FROM {DASHBOARD}")  # noqa: S608 - as above
    op.execute(f"GRANT SELECT ON round TO {DASHBOARD}")
    if _may_decide():
        op.get_bind().exec_driver_sql(AS_IT_WAS)


def _may_decide() -> bool:
    may = "SELECT rolsuper FROM pg_roles WHERE rolname = current_user"
    return bool(op.get_bind().scalar(sa.text(may)))
