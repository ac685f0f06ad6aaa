"""What the dashboard's account adds in a day is no more than people at pages would.

Every process reads these rows, and nobody can take them away again: enough of them keep all
processes reading. They are counted by the server's own clock, since a row says of itself when it
came, and in a sequence, which no rollback takes back. The owner of the tables, who runs commands
and mends, stands outside of this.
"""

from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None

OF_A_DAY = {
    "programme": (200, 40_000_000),
    "programme_proposal": (200, 40_000_000),
    "reply": (900, 4_000_000),
    "action": (900, 4_000_000),
}
"""How many rows there may be, and of how many bytes."""

# The day, the rows of that day and their bytes in one number: 5 + 3 + 9 digits.
COUNTED = """
DECLARE
  today bigint := floor(extract(epoch FROM clock_timestamp()) / 86400)::bigint * 1000000000000;
  counted bigint;
BEGIN
  IF pg_has_role(session_user, (SELECT relowner FROM pg_class WHERE oid = TG_RELID), 'MEMBER') THEN
    RETURN NEW;
  END IF;
  SELECT greatest(last_value, today) - today + 1000000000 + octet_length(NEW.content)
    INTO counted FROM {table}_counted;
  IF counted / 1000000000 > {rows} OR counted % 1000000000 > {size} THEN
    RAISE EXCEPTION 'more than a day has' USING ERRCODE = 'check_violation';
  END IF;
  PERFORM setval('{table}_counted', today + counted);
  RETURN NEW;
END
"""


def upgrade() -> None:
    """Make the triggers."""
    if op.get_bind().dialect.name != "postgresql":
        return
    run = op.get_bind().exec_driver_sql
    schema = run("SELECT quote_ident(current_schema())").scalar()
    path = f"SECURITY DEFINER SET search_path = pg_catalog, {schema}, pg_temp"
    for table, (rows, size) in OF_A_DAY.items():
        body = COUNTED.format(table=table, rows=rows, size=size)
        run(f"CREATE SEQUENCE {table}_counted")
        made = f"CREATE FUNCTION {table}_of_a_day() RETURNS trigger LANGUAGE plpgsql {path}"
        run(f"{made} AS $${body}$$")
        run(f"REVOKE ALL ON FUNCTION {table}_of_a_day() FROM PUBLIC")
        # By its name it comes after the one that looks whose turn it is, and how large a row is.
        run(
            f"CREATE TRIGGER {table}_of_a_day BEFORE INSERT ON {table}"
            f" FOR EACH ROW EXECUTE FUNCTION {table}_of_a_day()"
        )


def downgrade() -> None:
    """Remove them."""
    if op.get_bind().dialect.name != "postgresql":
        return
    for table in OF_A_DAY:
        op.execute(f"DROP TRIGGER {table}_of_a_day ON {table}")
        op.execute(f"DROP FUNCTION {table}_of_a_day()")
        op.execute(f"DROP SEQUENCE {table}_counted")
