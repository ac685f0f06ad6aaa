"""The roles of the three processes on PostgreSQL, and what each may do with each table.

Migrations make the roles and grant the rights. A test holds what they granted against this
table, which knows every table there is: a new one has to say who may do what with it. The
account that owns the tables, which migrates and runs the commands, may do everything.
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

READ: Final = frozenset({"SELECT"})
ADD: Final = frozenset({"SELECT", "INSERT"})
KEEP: Final = frozenset({"SELECT", "INSERT", "UPDATE"})
EVERYTHING: Final = frozenset({"SELECT", "INSERT", "UPDATE", "DELETE"})
NOTHING: Final = frozenset[str]()


class Role(StrEnum):
    """Who a process is to the database. Its account is a member of one of these."""

    OFFICERS = "standeasy_officers"
    DASHBOARD = "standeasy_dashboard"
    TALLY = "standeasy_tally"


ROLES: Final = tuple(role.value for role in Role)

Rights = tuple[frozenset[str], frozenset[str], frozenset[str]]
"""Of the officers', the dashboard's and the tally's process."""

_PEOPLE: Final[Rights] = (EVERYTHING, NOTHING, NOTHING)

RIGHTS: Final[Mapping[str, Rights]] = {
    "alembic_version": (READ, READ, READ),
    # Columns may be changed: what a round or a key is, by nobody. See 0021.
    "sealing_key": (READ, READ, ADD),
    "programme": (READ, ADD, READ),
    "programme_proposal": (READ, ADD, READ),
    # The dashboard reads its columns, and none of the system's: see 0015_no_watching.
    "round": (ADD, NOTHING, READ),
    "release": (READ, READ, ADD),
    "audit": (ADD, ADD, ADD),
    "reply": (READ, ADD, NOTHING),
    "action": (READ, ADD, NOTHING),
    "public_figures": (NOTHING, READ, ADD),
    # Who has access is the dashboard's business; nobody is ever removed. The officers' process
    # reads by its name whether somebody, who asked for something, has access still.
    "staff": (NOTHING, ADD, NOTHING),
    "invite": (NOTHING, EVERYTHING, NOTHING),
    "passkey": (NOTHING, EVERYTHING, NOTHING),
    "staff_session": (NOTHING, EVERYTHING, NOTHING),
    "sign_in_challenge": (NOTHING, EVERYTHING, NOTHING),
    # Of these each writes rows of its own: see 0020_each_its_own_heartbeat.
    "heartbeat": (ADD, ADD, ADD),
    "alert": (ADD, ADD, ADD),
    # Asked for by the dashboard, done by the officers' process.
    "errand": (KEEP, ADD, NOTHING),
    # Of teams the dashboard reads these two alone, and nothing they were made of.
    "team_standing": (EVERYTHING, READ, NOTHING),
    "listed_code": (EVERYTHING, READ, NOTHING),
    # Counted by the database itself.
    "added_today": (NOTHING, NOTHING, NOTHING),
    "enrolment": _PEOPLE,
    "enrolment_code": _PEOPLE,
    "delivery": _PEOPLE,
    "participation": _PEOPLE,
    "follow_up": _PEOPLE,
    "follow_up_mark": _PEOPLE,
    "departure": _PEOPLE,
    # Of these the dashboard reads single columns: how many there are, and which are too old. It
    # unlinks by functions: whoever may remove rows may lock the table, and officers wait for it.
    "lead_chat": _PEOPLE,
    "lead_chat_code": (EVERYTHING, frozenset({"INSERT"}), NOTHING),
    "alert_chat": _PEOPLE,
    "sealed_response": (
        frozenset({"INSERT"}),
        NOTHING,
        frozenset({"SELECT", "INSERT", "DELETE"}),
    ),
}

COLUMNS: Final[Mapping[tuple[str, Role], frozenset[str]]] = {
    ("round", Role.DASHBOARD): frozenset(
        {
            *("id", "check_in", "opens_on", "state", "closes_at", "prompts_opened"),
            *("programme_version", "sealing_key", "units", "released_at", "paused_at"),
        }
    ),
    ("lead_chat", Role.DASHBOARD): frozenset({"id"}),
    ("alert_chat", Role.DASHBOARD): frozenset({"id"}),
    ("lead_chat_code", Role.DASHBOARD): frozenset({"expires_at"}),
    # How many wait, and since when: every process may tell of it.
    ("errand", Role.TALLY): frozenset({"state", "asked_at"}),
    # Names stand in the trail as well; whom somebody is to a sign-in does not.
    ("staff", Role.OFFICERS): frozenset({"name", "roles", "joined_at", "disabled_at"}),
    # Whether there are roles that nobody can read: every process may tell of it.
    ("staff", Role.TALLY): frozenset({"roles"}),
}
"""Columns that may be read where the table may not."""

CHANGES: Final[Mapping[tuple[str, Role], frozenset[str]]] = {
    **{("heartbeat", role): frozenset({"at", "vitals"}) for role in Role},
    **{("alert", role): frozenset({"told_at", "lasts"}) for role in Role},
    ("programme_proposal", Role.DASHBOARD): frozenset(
        {"decision", "decided_by", "decided_at", "decision_reason", "version"}
    ),
    ("staff", Role.DASHBOARD): frozenset(
        {"roles", "departments", "joined_at", "disabled_at", "issuer", "subject"}
    ),
    # Which key a round has, and its units, are what they were when it opened.
    ("round", Role.OFFICERS): frozenset({"state", "closes_at", "prompts_opened", "paused_at"}),
    ("round", Role.TALLY): frozenset({"state", "released_at"}),
    ("sealing_key", Role.OFFICERS): frozenset({"state"}),
    ("sealing_key", Role.TALLY): frozenset({"state"}),
}
"""Columns that may be changed where the table may not: who may change a table may lock it."""
