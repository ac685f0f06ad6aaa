"""Roles for the three processes on PostgreSQL, each granted what it does and nothing else.

SQLite has no roles: there, whoever opens the file reads it, and one process does everything.
"""

import sqlalchemy as sa
from alembic import op

from bot.core.errors import StandEasyError

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

OFFICERS, DASHBOARD, TALLY = "standeasy_officers", "standeasy_dashboard", "standeasy_tally"
ALL = (OFFICERS, DASHBOARD, TALLY)
READ, ADD = "SELECT", "SELECT, INSERT"
KEEP, EVERYTHING = "SELECT, INSERT, UPDATE", "SELECT, INSERT, UPDATE, DELETE"

PEOPLE = (
    *("enrolment", "enrolment_code", "delivery", "participation", "follow_up"),
    *("follow_up_mark", "departure", "lead_chat", "lead_chat_code"),
)
ANSWERS = ("sealed_response",)

# To whom, what, on which tables.
GRANTS = (
    *((role, READ, "alembic_version, programme, round, release, sealing_key") for role in ALL),
    *((role, ADD, "audit") for role in ALL),
    *((role, KEEP, "heartbeat, alert") for role in ALL),
    (OFFICERS, EVERYTHING, ", ".join(PEOPLE)),
    (OFFICERS, "INSERT, UPDATE", "round"),
    (OFFICERS, "UPDATE", "sealing_key"),
    (OFFICERS, READ, "reply, action"),
    # In, and never out again: not even to stir them, which the tally does.
    (OFFICERS, "INSERT", "sealed_response"),
    (TALLY, "SELECT, INSERT, DELETE", "sealed_response"),
    (TALLY, "INSERT, UPDATE", "sealing_key"),
    (TALLY, "UPDATE", "round"),
    (TALLY, "INSERT", "release"),
    (TALLY, ADD, "public_figures"),
    (DASHBOARD, ADD, "reply, action"),
    (DASHBOARD, "INSERT", "programme"),
    (DASHBOARD, READ, "public_figures"),
    # How many chats of leads there are, by ids that stand nowhere else; which ones, it cannot tell.
    (DASHBOARD, "SELECT (id), DELETE", "lead_chat"),
    (DASHBOARD, "SELECT (expires_at), INSERT, DELETE", "lead_chat_code"),
)


class RolesMissing(StandEasyError):
    """The database has no roles {roles}, and the account that migrates may not make them."""

    hint = "As an administrator of PostgreSQL, run CREATE ROLE … NOLOGIN for each; then migrate."


def upgrade() -> None:
    """Make the roles where they are missing, and grant each what its process does."""
    if op.get_bind().dialect.name != "postgresql":
        return
    _make_roles()
    for role, rights, tables in GRANTS:
        op.execute(f"GRANT {rights} ON {tables} TO {role}")
    # These processes own no table and so may not vacuum: the server does, soon after a change,
    # because what is deleted lies there and names its transaction until then.
    for table in PEOPLE + ANSWERS:
        op.execute(
            f'ALTER TABLE "{table}" SET '
            "(autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 1)"
        )


def downgrade() -> None:
    """Take every right back. The roles stay: other databases of the server may use them."""
    if op.get_bind().dialect.name != "postgresql":
        return
    for table in PEOPLE + ANSWERS:
        op.execute(
            f'ALTER TABLE "{table}" RESET '
            "(autovacuum_vacuum_scale_factor, autovacuum_vacuum_threshold)"
        )
    for _, _, tables in GRANTS:
        op.execute(f"REVOKE ALL ON {tables} FROM {', '.join(ALL)}")


def _make_roles() -> None:
    connection = op.get_bind()
    known = set(connection.scalars(sa.text("SELECT rolname FROM pg_roles")))
    missing = [role for role in ALL if role not in known]
    may = "SELECT rolsuper OR rolcreaterole FROM pg_roles WHERE rolname = current_user"
    if missing and not connection.scalar(sa.text(may)):
        raise RolesMissing(roles=", ".join(missing))
    for role in missing:
        # Roles belong to the whole server: another database of it may make them meanwhile.
        op.execute(
            f"DO $$ BEGIN CREATE ROLE {role} NOLOGIN; "
            "EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL; END $$"
        )
