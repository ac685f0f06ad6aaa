"""What is counted is counted whoever waits, and nobody makes large objects.

A day's count never goes back to the day before: who waited over midnight for somebody else's
count brings yesterday along, and would begin it anew. And people and passkeys, which are counted
as rows, are added one transaction after the other, since nobody sees the rows of one that is
still under way. On PostgreSQL alone: there accounts differ.
"""

import logging

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None

log = logging.getLogger(__name__)

OF_A_DAY = {
    "programme": (200, 40_000_000),
    "programme_proposal": (200, 40_000_000),
    "reply": (900, 4_000_000),
    "action": (900, 4_000_000),
}
"""As in 0022."""

COUNTED = """
DECLARE too_much boolean;
BEGIN
  IF pg_has_role(session_user, (SELECT relowner FROM pg_class WHERE oid = TG_RELID), 'MEMBER') THEN
    RETURN NEW;
  END IF;
  INSERT INTO added_today AS known (kind, day, number, size)
    VALUES ('{table}', (clock_timestamp() AT TIME ZONE 'UTC')::date, 1, octet_length(NEW.content))
    ON CONFLICT (kind) DO UPDATE SET day = {day},
      number = 1 + CASE WHEN {goes_on} THEN known.number ELSE 0 END,
      size = excluded.size + CASE WHEN {goes_on} THEN known.size ELSE 0 END
    RETURNING number > {rows} OR size > {size} INTO too_much;
  IF too_much THEN
    RAISE EXCEPTION 'more than a day has' USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END
"""
NOW = {"day": "greatest(known.day, excluded.day)", "goes_on": "known.day >= excluded.day"}
BEFORE = {"day": "excluded.day", "goes_on": "known.day = excluded.day"}

IN_TURN = {"staff": "staff_added_in_turn", "passkey": "passkey_added_in_turn"}
"""By their names they come before those of 0020, which count."""

# The row is written, not locked: whoever reads what was there before is then refused. No account
# but the dashboard's can be kept waiting by it.
ONE_BY_ONE = """
BEGIN
  IF pg_has_role(session_user, (SELECT relowner FROM pg_class WHERE oid = TG_RELID), 'MEMBER') THEN
    RETURN NEW;
  END IF;
  INSERT INTO added_today (kind, day, number, size)
    VALUES (TG_TABLE_NAME, (clock_timestamp() AT TIME ZONE 'UTC')::date, 0, 0)
    ON CONFLICT (kind) DO UPDATE SET day = excluded.day;
  RETURN NEW;
END
"""

LARGE_OBJECTS = """\
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
"""
"""Also in docs/samples/keep-to-monitors.sql, after all of 0019's."""

LARGE_OBJECTS_AGAIN = """\
DO $$
DECLARE
  found record;
BEGIN
  FOR found IN
    SELECT oid::regprocedure AS name FROM pg_proc
    WHERE pronamespace = 'pg_catalog'::regnamespace AND proname IN (
      'lo_creat', 'lo_create', 'lo_from_bytea', 'lo_open', 'lo_put', 'lowrite')
  LOOP
    EXECUTE format('GRANT EXECUTE ON FUNCTION %s TO PUBLIC', found.name);
  END LOOP;
END $$;
"""


def upgrade() -> None:
    """Count as it should be, one after the other."""
    if op.get_bind().dialect.name != "postgresql":
        return
    run = op.get_bind().exec_driver_sql
    path = _path()
    _count(path, NOW)
    made = f"CREATE FUNCTION added_in_turn() RETURNS trigger LANGUAGE plpgsql {path}"
    run(f"{made} AS $${ONE_BY_ONE}$$")
    run("REVOKE ALL ON FUNCTION added_in_turn() FROM PUBLIC")
    for table, name in IN_TURN.items():
        run(
            f"CREATE TRIGGER {name} BEFORE INSERT ON {table}"
            " FOR EACH ROW EXECUTE FUNCTION added_in_turn()"
        )
    if _may_decide():
        run(LARGE_OBJECTS)
    else:
        log.warning(
            "every account of the database can fill it with large objects: as an administrator,"
            " run docs/samples/keep-to-monitors.sql in it, also if it was run before"
        )


def downgrade() -> None:
    """Count as before."""
    if op.get_bind().dialect.name != "postgresql":
        return
    run = op.get_bind().exec_driver_sql
    if _may_decide():
        run(LARGE_OBJECTS_AGAIN)
    for table, name in IN_TURN.items():
        run(f"DROP TRIGGER {name} ON {table}")
    run("DROP FUNCTION added_in_turn()")
    _count(_path(), BEFORE)


def _may_decide() -> bool:
    may = "SELECT rolsuper FROM pg_roles WHERE rolname = current_user"
    return bool(op.get_bind().scalar(sa.text(may)))


def _path() -> str:
    schema = op.get_bind().scalar(sa.text("SELECT quote_ident(current_schema())"))
    return f"SECURITY DEFINER SET search_path = pg_catalog, {schema}, pg_temp"


def _count(path: str, how: dict[str, str]) -> None:
    for table, (rows, size) in OF_A_DAY.items():
        body = COUNTED.format(table=table, rows=rows, size=size, **how)
        op.get_bind().exec_driver_sql(
            f"CREATE OR REPLACE FUNCTION {table}_of_a_day() RETURNS trigger"
            f" LANGUAGE plpgsql {path} AS $${body}$$"
        )
