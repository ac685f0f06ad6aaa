"""The tables: a people side and an answers side that never join.

No column leads from one side to the other; both know the round and nothing else in
common. A test walks this metadata and the migrated databases and fails if one appears.
Rows about people and answers have random ids and, on SQLite, no row ids: nothing in them
tells when or in which order they came.
"""

from typing import Final

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    Date,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
)

from bot.core.errands import Kind as ErrandKind
from bot.core.errands import State as ErrandState
from bot.core.rounds import RoundState
from storage.columns import State, Timestamp, one_of, size_of, state_column
from storage.states import (
    ActionStep,
    Decision,
    DeliveryKind,
    DeliveryState,
    EnrolmentState,
    FollowUpKind,
    FollowUpState,
    KeyState,
)

metadata = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
    }
)

# --- Common -----------------------------------------------------------------------------

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

# --- People with access -----------------------------------------------------------------

# Leads, admins and auditors, by the names that the trail has of them. A row is never removed.
staff = Table(
    "staff",
    metadata,
    Column("id", Text, primary_key=True),
    Column("name", Text, nullable=False),
    # JSON lists, sorted. No departments at all: the whole force.
    Column("roles", Text, nullable=False),
    Column("departments", Text),
    Column("added_at", Timestamp, nullable=False),
    Column("joined_at", Timestamp),
    Column("disabled_at", Timestamp),
    # Who this is to the force's own sign-in, where that is used.
    Column("issuer", Text),
    Column("subject", Text),
    UniqueConstraint("name"),
    UniqueConstraint("issuer", "subject"),
    CheckConstraint("(issuer IS NULL) = (subject IS NULL)", name="bound"),
    CheckConstraint("joined_at IS NULL OR disabled_at IS NULL", name="standing"),
)

# A link that works once, by its hash. A new one takes the place of the one before.
invite = Table(
    "invite",
    metadata,
    Column("digest", LargeBinary, primary_key=True),
    Column("staff", Text, ForeignKey("staff.id"), nullable=False),
    Column("expires_at", Timestamp, nullable=False),
    UniqueConstraint("staff"),
    size_of("digest", 32),
)

passkey = Table(
    "passkey",
    metadata,
    Column("id", LargeBinary, primary_key=True),
    Column("staff", Text, ForeignKey("staff.id"), nullable=False),
    Column("public_key", LargeBinary, nullable=False),
    Column("sign_count", Integer, nullable=False),
    Column("name", Text, nullable=False),
    Column("added_at", Timestamp, nullable=False),
    Column("used_at", Timestamp),
    Index(None, "staff"),
)

staff_session = Table(
    "staff_session",
    metadata,
    Column("digest", LargeBinary, primary_key=True),
    Column("staff", Text, ForeignKey("staff.id"), nullable=False),
    Column("began_at", Timestamp, nullable=False),
    Column("seen_at", Timestamp, nullable=False),
    Index(None, "staff"),
    size_of("digest", 32),
)

# What a browser has to answer, by hashes of the challenge and of that browser's cookie. It goes
# with its use.
sign_in_challenge = Table(
    "sign_in_challenge",
    metadata,
    Column("digest", LargeBinary, primary_key=True),
    Column("browser", LargeBinary, nullable=False),
    Column("purpose", Text, nullable=False),
    Column("expires_at", Timestamp, nullable=False),
    size_of("digest", 32),
    size_of("browser", 32),
)

# --- People side ------------------------------------------------------------------------

enrolment = Table(
    "enrolment",
    metadata,
    Column("id", LargeBinary, primary_key=True),
    Column("lookup", LargeBinary, nullable=False),
    Column("profile", LargeBinary, nullable=False),
    Column("team", Text, nullable=False),
    state_column("state", EnrolmentState),
    UniqueConstraint("lookup"),
    one_of("state", EnrolmentState),
    size_of("id", 16),
    sqlite_with_rowid=False,
)

enrolment_code = Table(
    "enrolment_code",
    metadata,
    Column("digest", LargeBinary, primary_key=True),
    Column("team", Text, nullable=False),
    Column("uses_left", Integer, nullable=False),
    Column("expires_on", Date, nullable=False),
    CheckConstraint("uses_left >= 0", name="uses_left"),
    sqlite_with_rowid=False,
)

delivery = Table(
    "delivery",
    metadata,
    Column("id", LargeBinary, primary_key=True),
    Column("round", Text, ForeignKey("round.id"), nullable=False),
    Column("prompt", Integer, nullable=False),
    Column(
        "enrolment", LargeBinary, ForeignKey("enrolment.id", ondelete="CASCADE"), nullable=False
    ),
    state_column("kind", DeliveryKind),
    Column("due_at", Timestamp, nullable=False),
    state_column("state", DeliveryState),
    Column("claimed_until", Timestamp),
    Column("attempts", Integer, nullable=False),
    UniqueConstraint("round", "prompt", "enrolment", "kind"),
    Index(None, "state", "due_at"),
    Index(None, "enrolment"),
    one_of("kind", DeliveryKind),
    one_of("state", DeliveryState),
    CheckConstraint("(state = 'claimed') = (claimed_until IS NOT NULL)", name="claim"),
    size_of("id", 16),
    sqlite_with_rowid=False,
)

participation = Table(
    "participation",
    metadata,
    Column("round", Text, ForeignKey("round.id"), primary_key=True),
    Column("prompt", Integer, primary_key=True, autoincrement=False),
    Column(
        "enrolment", LargeBinary, ForeignKey("enrolment.id", ondelete="CASCADE"), primary_key=True
    ),
    Index(None, "enrolment"),
    sqlite_with_rowid=False,
)

# Without a reference to an enrolment, and under a keyed hash of its own: who had a tough job
# cannot be told from a copy of the database.
follow_up = Table(
    "follow_up",
    metadata,
    Column("id", LargeBinary, primary_key=True),
    Column("lookup", LargeBinary, nullable=False),
    Column("address", LargeBinary, nullable=False),
    state_column("kind", FollowUpKind),
    Column("due_at", Timestamp, nullable=False),
    state_column("state", FollowUpState),
    Column("claimed_until", Timestamp),
    Column("attempts", Integer, nullable=False),
    # The lookup first: this index also finds everything of one chat.
    UniqueConstraint("lookup", "kind"),
    Index(None, "state", "due_at"),
    one_of("kind", FollowUpKind),
    one_of("state", FollowUpState),
    CheckConstraint("(state = 'claimed') = (claimed_until IS NOT NULL)", name="claim"),
    size_of("id", 16),
    size_of("lookup", 32),
    sqlite_with_rowid=False,
)

# Nor does this lead anywhere: a keyed hash of a chat and the round, so the same chat has other
# bytes in each round, and none that stand anywhere else.
follow_up_mark = Table(
    "follow_up_mark",
    metadata,
    Column("round", Text, ForeignKey("round.id"), primary_key=True),
    Column("mark", LargeBinary, primary_key=True),
    size_of("mark", 32),
    sqlite_with_rowid=False,
)

# Somebody of a reporting unit who had been asked erased everything. It names nobody.
departure = Table(
    "departure",
    metadata,
    Column("round", Text, ForeignKey("round.id"), primary_key=True),
    Column("prompt", Integer, primary_key=True, autoincrement=False),
    Column("unit", Integer, primary_key=True, autoincrement=False),
    sqlite_with_rowid=False,
)

# A chat in which a lead asks for results: a keyed hash of its own purpose and nothing else. No
# time, no name, and nothing that stands in an enrolment, which the same chat may have as well.
lead_chat = Table(
    "lead_chat",
    metadata,
    Column("id", LargeBinary, primary_key=True),
    Column("lookup", LargeBinary, nullable=False),
    UniqueConstraint("lookup"),
    size_of("id", 16),
    size_of("lookup", 32),
    sqlite_with_rowid=False,
)

# What links a chat, once. It goes with its use, and names nobody.
lead_chat_code = Table(
    "lead_chat_code",
    metadata,
    Column("digest", LargeBinary, primary_key=True),
    Column("expires_at", Timestamp, nullable=False),
    size_of("digest", 32),
    sqlite_with_rowid=False,
)

# A chat that is told what needs somebody. It has to be written to, so its address is here, sealed
# for a purpose of its own; no time, no name, and nothing that stands in an enrolment.
alert_chat = Table(
    "alert_chat",
    metadata,
    Column("id", LargeBinary, primary_key=True),
    Column("lookup", LargeBinary, nullable=False),
    Column("address", LargeBinary, nullable=False),
    UniqueConstraint("lookup"),
    size_of("id", 16),
    size_of("lookup", 32),
    sqlite_with_rowid=False,
)

# --- Answers side -----------------------------------------------------------------------

sealed_response = Table(
    "sealed_response",
    metadata,
    # The round first: SQLite keeps rows in key order, and a tally reads one round.
    Column("round", Text, ForeignKey("round.id"), primary_key=True),
    Column("id", LargeBinary, primary_key=True),
    Column("ciphertext", LargeBinary, nullable=False),
    size_of("id", 16),
    sqlite_with_rowid=False,
)

PEOPLE: Final = (
    *(enrolment, enrolment_code, delivery, participation),
    *(follow_up, follow_up_mark, departure),
    *(lead_chat, lead_chat_code, alert_chat),
)
ANSWERS: Final = (sealed_response,)
COMMON: Final = (
    *(staff, invite, passkey, staff_session, sign_in_challenge),
    sealing_key,
    programme,
    programme_proposal,
    round_,
    release,
    audit,
    reply,
    action,
    public_figures,
    heartbeat,
    alert,
    errand,
    team_standing,
    listed_code,
)
APPEND_ONLY: Final = (programme, release, audit, reply, action, public_figures)

for _table in (*PEOPLE, *ANSWERS):
    # What is deleted lies there until it is vacuumed, and names the transaction that wrote it.
    # Processes with roles of their own may not vacuum, so the server does, soon after a change.
    _table.dialect_kwargs["postgresql_with"] = {
        "autovacuum_vacuum_scale_factor": 0,
        "autovacuum_vacuum_threshold": 1,
    }
