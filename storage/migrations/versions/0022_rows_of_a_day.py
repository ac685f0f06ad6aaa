"""What the dashboard's account adds in a day is no more than people at pages would.

Every process reads these rows, and nobody can take them away again: enough of them keep all
processes reading. They are counted by the server's own clock, since a row says of itself when it
came. The owner of the tables, who runs commands and mends, stands outside of this, and no process
may read or write the count. On PostgreSQL alone: there accounts differ.
"""

import sqlalchemy as sa
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

COUNTED = """
DECLARE too_much boolean;
BEGIN
  IF pg_has_role(session_user, (SELECT relowner FROM pg_class WHERE oid = TG_RELID), 'MEMBER') THEN
    RETURN NEW;
  END IF;
  INSERT INTO added_today AS known (kind, day, number, size)
    VALUES ('{table}', (clock_timestamp() AT TIME ZONE 'UTC')::date, 1, octet_length(NEW.content))
    ON CONFLICT (kind) DO UPDATE SET day = excluded.day,
      number = 1 + CASE WHEN known.day = excluded.day THEN known.number ELSE 0 END,
      size = excluded.size + CASE WHEN known.day = excluded.day THEN known.size ELSE 0 END
    RETURNING number > {rows} OR size > {size} INTO too_much;
  IF too_much THEN
    RAISE EXCEPTION 'more than a day has' USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END
"""


def upgrade() -> None:
    """Make the table, and what counts."""
    op.create_table(
        "added_today",
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("kind", name=op.f("pk_added_today")),
    )
    if op.get_bind().dialect.name != "postgresql":
        return
    run = op.get_bind().exec_driver_sql
    schema = run("SELECT quote_ident(current_schema())").scalar()
    path = f"SECURITY DEFINER SET search_path = pg_catalog, {schema}, pg_temp"
    for table, (rows, size) in OF_A_DAY.items():
        body = COUNTED.format(table=table, rows=rows, size=size)
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
    if op.get_bind().dialect.name == "postgresql":
        for table in OF_A_DAY:
            op.execute(f"DROP TRIGGER {table}_of_a_day ON {table}")
            op.execute(f"DROP FUNCTION {table}_of_a_day()")
    op.drop_table("added_today")
