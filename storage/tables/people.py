"""The people side: who joined, what they are sent, and chats that are linked."""

from sqlalchemy import (
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

from storage.columns import Timestamp, one_of, size_of, state_column
from storage.states import DeliveryKind, DeliveryState, EnrolmentState, FollowUpKind, FollowUpState
from storage.tables.metadata import metadata

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
