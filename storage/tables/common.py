"""Tables of the installation: keys, programme, rounds, releases, the trail, what is asked for."""

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    Date,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    Table,
    Text,
    UniqueConstraint,
)

from bot.core.errands import Kind as ErrandKind
from bot.core.errands import State as ErrandState
from bot.core.rounds import RoundState
from storage.columns import State, Timestamp, one_of, state_column
from storage.states import ActionStep, Decision, KeyState
from storage.tables.metadata import metadata

sealing_key = Table(
    "sealing_key",
    metadata,
    Column("id", Text, primary_key=True),
    Column("public", LargeBinary, nullable=False),
    state_column("state", KeyState),
    one_of("state", KeyState),
)

programme = Table(
    "programme",
    metadata,
    Column("version", Integer, primary_key=True, autoincrement=False),
    Column("content", Text, nullable=False),
    Column("author", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("saved_at", Timestamp, nullable=False),
)

# What waits for a second admin. A row is as it was proposed; only the decision comes later, once.
programme_proposal = Table(
    "programme_proposal",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("based_on", Integer, nullable=False),
    Column("content", Text, nullable=False),
    Column("author", Text, nullable=False),
    # None: whoever sits at the server has no account.
    Column("author_id", Text),
    Column("reason", Text, nullable=False),
    Column("proposed_at", Timestamp, nullable=False),
    Column("decision", State(Decision)),
    Column("decided_by", Text),
    Column("decided_at", Timestamp),
    Column("decision_reason", Text),
    # What an approval put in force.
    Column("version", Integer, ForeignKey("programme.version")),
    one_of("decision", Decision),
    CheckConstraint(
        "(decision IS NULL) = (decided_by IS NULL) AND (decision IS NULL) = (decided_at IS NULL)"
        " AND (decision IS NULL) = (decision_reason IS NULL)",
        name="decided",
    ),
    CheckConstraint(
        "(version IS NOT NULL) = (decision IS NOT NULL AND decision = 'approved')", name="approved"
    ),
)

round_ = Table(
    "round",
    metadata,
    Column("id", Text, primary_key=True),
    Column("check_in", Text, nullable=False),
    Column("opens_on", Date, nullable=False),
    state_column("state", RoundState),
    Column("closes_at", Timestamp, nullable=False),
    Column("prompts_opened", Integer, nullable=False),
    Column("programme_version", Integer, nullable=False),
    Column("sealing_key", Text, ForeignKey("sealing_key.id"), nullable=False),
    Column("units", Text, nullable=False),
    Column("released_at", Timestamp),
    # Since when nobody is written to; None where the round goes its way.
    Column("paused_at", Timestamp),
    UniqueConstraint("check_in", "opens_on"),
    UniqueConstraint("sealing_key"),
    one_of("state", RoundState),
    CheckConstraint("state <> 'abandoned' OR released_at IS NULL", name="abandoned"),
    CheckConstraint("prompts_opened >= 0", name="prompts_opened"),
)

release = Table(
    "release",
    metadata,
    Column("sequence", Integer, primary_key=True, autoincrement=False),
    Column("round", Text, ForeignKey("round.id"), nullable=False),
    Column("content", LargeBinary, nullable=False),
    Column("hash", LargeBinary, nullable=False),
    Column("previous_hash", LargeBinary, nullable=False),
    UniqueConstraint("round"),
)

audit = Table(
    "audit",
    metadata,
    Column("sequence", Integer, primary_key=True, autoincrement=False),
    Column("at", Timestamp, nullable=False),
    Column("actor", Text, nullable=False),
    Column("act", Text, nullable=False),
    Column("subject", Text, nullable=False),
    Column("detail", Text, nullable=False),
    Column("previous_hash", LargeBinary, nullable=False),
    Column("hash", LargeBinary, nullable=False),
    # What is held against the trail asks for the first entry about something, and no other.
    Index(None, "act", "subject", "sequence"),
)

reply = Table(
    "reply",
    metadata,
    Column("sequence", Integer, primary_key=True, autoincrement=False),
    # Only a round that was released has anything to reply to.
    Column("round", Text, ForeignKey("release.round"), nullable=False),
    Column("group", Text, nullable=False),
    Column("scale", Text, nullable=False),
    Column("content", Text, nullable=False),
    Column("author", Text, nullable=False),
    Column("at", Timestamp, nullable=False),
    Index(None, "round"),
)

# What leads did. The first row of an action records it and gives it its number; its end and its
# withdrawal are later rows.
action = Table(
    "action",
    metadata,
    Column("sequence", Integer, primary_key=True, autoincrement=False),
    Column("action", Integer, ForeignKey("action.sequence"), nullable=False),
    state_column("step", ActionStep),
    Column("content", Text, nullable=False),
    Column("author", Text, nullable=False),
    Column("at", Timestamp, nullable=False),
    UniqueConstraint("action", "step"),
    one_of("step", ActionStep),
    CheckConstraint("(step = 'recorded') = (action = sequence)", name="first"),
)

public_figures = Table(
    "public_figures",
    metadata,
    Column("sequence", Integer, primary_key=True, autoincrement=False),
    # Drawn with a release, from the same counts.
    Column("round", Text, ForeignKey("release.round"), nullable=False),
    Column("year", Integer, nullable=False),
    Column("epsilon", Integer, nullable=False),
    Column("content", LargeBinary, nullable=False),
    Column("hash", LargeBinary, nullable=False),
    UniqueConstraint("round"),
    CheckConstraint("epsilon > 0", name="epsilon"),
)

heartbeat = Table(
    "heartbeat",
    metadata,
    Column("process", Text, primary_key=True),
    Column("at", Timestamp, nullable=False),
    # What the process says of itself: bands and kinds of trouble, nobody.
    Column("vitals", Text),
)

alert = Table(
    "alert",
    metadata,
    Column("condition", Text, primary_key=True),
    Column("told_at", Timestamp, nullable=False),
    Column("lasts", Boolean, nullable=False),
)

# What somebody at the dashboard asks the officers' process to do.
errand = Table(
    "errand",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=False),
    state_column("kind", ErrandKind),
    Column("subject", Text, nullable=False),
    Column("detail", Text, nullable=False),
    Column("asked_by", Text, nullable=False),
    Column("asked_at", Timestamp, nullable=False),
    state_column("state", ErrandState),
    Column("begun_at", Timestamp),
    Column("sentence", Text),
    Index(None, "state"),
    one_of("kind", ErrandKind),
    one_of("state", ErrandState),
    CheckConstraint("state <> 'begun' OR begun_at IS NOT NULL", name="begun"),
    CheckConstraint("(state IN ('done', 'refused')) = (sentence IS NOT NULL)", name="ended"),
)

# Whether enough people joined a group to show it, as the officers' process last saw it; nothing
# else of who joined. Looked at once an hour, so the moment says no more than that.
team_standing = Table(
    "team_standing",
    metadata,
    Column("unit", Text, primary_key=True),
    Column("enough", Boolean, nullable=False),
    Column("at", Timestamp, nullable=False),
)

# How much of each kind the dashboard's account has added on one day. On PostgreSQL the database
# counts, and no process may: see 0022_rows_of_a_day.
added_today = Table(
    "added_today",
    metadata,
    Column("kind", Text, primary_key=True),
    Column("day", Date, nullable=False),
    Column("number", Integer, nullable=False),
    Column("size", Integer, nullable=False),
)

# What may be listed of a code. A table of its own, written when a code is made or revoked and never
# when one is used: how rows lie beside each other says nothing of who joined.
listed_code = Table(
    "listed_code",
    metadata,
    Column("id", Text, primary_key=True),
    Column("team", Text, nullable=False),
    Column("expires_on", Date, nullable=False),
    Index(None, "team"),
)
