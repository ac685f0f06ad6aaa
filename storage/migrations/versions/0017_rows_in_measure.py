"""What the dashboard's account adds is in its turn, in our time, and no larger than is read.

Whoever holds that account writes rows that every process reads. The largest number there is
would leave none for the next row, a time that Python does not know would end every look at the
table, and so would a text that is no document. On PostgreSQL alone: there accounts differ, and
what is refused to one can not be undone by it. The officers' process may look whether who asked
for something has access still.
"""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

FIRST, LAST = "2000-01-01 00:00:00+00", "2200-01-01 00:00:00+00"

TIMES = {
    "audit": ("at",),
    "programme": ("saved_at",),
    "programme_proposal": ("proposed_at", "decided_at"),
    "reply": ("at",),
    "action": ("at",),
    "errand": ("asked_at",),
    "heartbeat": ("at",),
    "alert": ("told_at",),
    "staff": ("added_at", "joined_at", "disabled_at"),
    "invite": ("expires_at",),
    "passkey": ("added_at", "used_at"),
    "staff_session": ("began_at", "seen_at"),
    "sign_in_challenge": ("expires_at",),
    "lead_chat_code": ("expires_at",),
}
"""Every time that the dashboard's account may write."""

NAMES = "length(NEW.author) > 1000"
DOCUMENT = "jsonb_typeof(NEW.content::jsonb) <> 'object'"

# The turn of each, and what else is refused. The order matters: a long text is not read.
TURNS = {
    "audit": (
        "sequence",
        "length(NEW.actor) > 1000 OR length(NEW.act) > 1000 OR length(NEW.subject) > 10000"
        " OR length(NEW.detail) > 1000000 OR octet_length(NEW.hash) <> 32"
        " OR octet_length(NEW.previous_hash) <> 32",
        "false",
    ),
    "programme": (
        "version",
        f"{NAMES} OR length(NEW.reason) > 10000 OR length(NEW.content) > 10000000",
        DOCUMENT,
    ),
    "programme_proposal": (
        "number",
        f"{NAMES} OR length(NEW.reason) > 10000 OR length(NEW.content) > 10000000",
        DOCUMENT,
    ),
    "reply": (
        "sequence",
        f"{NAMES} OR length(NEW.content) > 20000",
        f"{DOCUMENT} OR coalesce(jsonb_typeof(NEW.content::jsonb -> 'en'), '') <> 'string'"
        " OR EXISTS (SELECT FROM jsonb_each(NEW.content::jsonb) AS line"
        " WHERE jsonb_typeof(line.value) <> 'string')",
    ),
    "action": ("sequence", f"{NAMES} OR length(NEW.content) > 20000", DOCUMENT),
}


def upgrade() -> None:
    """Make the triggers, and grant what tells who has access still."""
    if op.get_bind().dialect.name != "postgresql":
        return
    schema = op.get_bind().scalar(sa.text("SELECT quote_ident(current_schema())"))
    # Or a temporary table of the same name would say whose turn it is.
    path = f"SET search_path = pg_catalog, {schema}, pg_temp"
    op.execute(f"ALTER FUNCTION errand_in_turn() {path}")
    run = op.get_bind().exec_driver_sql
    run(
        f"CREATE FUNCTION out_of_measure() RETURNS trigger LANGUAGE plpgsql {path} AS $$ BEGIN"
        " RAISE EXCEPTION 'a row out of measure' USING ERRCODE = 'check_violation'; END $$"
    )
    for table, columns in TIMES.items():
        within = " AND ".join(
            f"(NEW.{each} IS NULL OR NEW.{each} >= '{FIRST}' AND NEW.{each} < '{LAST}')"
            for each in columns
        )
        run(
            f"CREATE TRIGGER {table}_in_our_time BEFORE INSERT OR UPDATE ON {table}"
            f" FOR EACH ROW WHEN (NOT ({within})) EXECUTE FUNCTION out_of_measure()"
        )
    for table, (number, too_large, unread) in TURNS.items():
        turn = f"(SELECT coalesce(max({number}), 0) + 1 FROM {table})"  # noqa: S608 - names of ours
        run(
            f"CREATE FUNCTION {table}_in_turn() RETURNS trigger LANGUAGE plpgsql {path} AS $$"
            " DECLARE refused boolean := true; BEGIN"
            f" IF NEW.{number} = {turn} AND NOT ({too_large}) THEN BEGIN refused := {unread};"
            # Texts that are no document at all: of many kinds, and all the same here.
            " EXCEPTION WHEN others THEN refused := true; END; END IF;"
            " IF refused THEN RAISE EXCEPTION 'a row out of turn'"
            " USING ERRCODE = 'check_violation'; END IF; RETURN NEW; END $$"
        )
        run(
            f"CREATE TRIGGER {table}_in_turn BEFORE INSERT ON {table}"
            f" FOR EACH ROW EXECUTE FUNCTION {table}_in_turn()"
        )
    op.execute("GRANT SELECT (name, roles, joined_at, disabled_at) ON staff TO standeasy_officers")


def downgrade() -> None:
    """Remove them."""
    if op.get_bind().dialect.name != "postgresql":
        return
    op.execute(
        "REVOKE SELECT (name, roles, joined_at, disabled_at) ON staff FROM standeasy_officers"
    )
    for table in TURNS:
        op.execute(f"DROP TRIGGER {table}_in_turn ON {table}")
        op.execute(f"DROP FUNCTION {table}_in_turn()")
    for table in TIMES:
        op.execute(f"DROP TRIGGER {table}_in_our_time ON {table}")
    op.execute("DROP FUNCTION out_of_measure()")
    op.execute("ALTER FUNCTION errand_in_turn() RESET search_path")
