"""The tables: a people side and an answers side that never join.

No column leads from one side to the other; both know the round and nothing else in
common. A test walks this metadata and the migrated databases and fails if one appears.
Rows about people and answers have random ids and, on SQLite, no row ids: nothing in them
tells when or in which order they came.
"""

from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, Final

from sqlalchemy import (
    CheckConstraint,
    Column,
    Date,
    DateTime,
    Dialect,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    TypeDecorator,
    UniqueConstraint,
)

from bot.core.rounds import RoundState
from storage.states import DeliveryKind, DeliveryState, EnrolmentState, KeyState

metadata = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
    }
)


class Timestamp(TypeDecorator[datetime]):
    """An instant: aware on the way in, UTC on the way out, on both engines."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Refuse wall times, and store UTC."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("expected a time with a zone")
        value = value.astimezone(UTC)
        # SQLite keeps text; one zone, so that text order is time order.
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Return UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class State(TypeDecorator[StrEnum]):
    """One of an enumeration's values, as text."""

    impl = Text
    cache_ok = True

    def __init__(self, states: type[StrEnum]) -> None:
        super().__init__()
        self.states = states

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        """Refuse anything that is not in the enumeration."""
        return None if value is None else self.states(value).value

    def process_result_value(self, value: str | None, dialect: Dialect) -> StrEnum | None:
        """Return the member."""
        return None if value is None else self.states(value)


def _state(name: str, states: type[StrEnum]) -> Column[Any]:
    return Column(name, State(states), nullable=False)


def _one_of(column: str, states: type[StrEnum]) -> CheckConstraint:
    listed = ", ".join(f"'{state.value}'" for state in states)
    return CheckConstraint(f"{column} IN ({listed})", name=column)


def _bytes(column: str, size: int) -> CheckConstraint:
    return CheckConstraint(f"length({column}) = {size}", name=f"{column}_size")


# --- Common -----------------------------------------------------------------------------

sealing_key = Table(
    "sealing_key",
    metadata,
    Column("id", Text, primary_key=True),
    Column("public", LargeBinary, nullable=False),
    _state("state", KeyState),
    _one_of("state", KeyState),
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

round_ = Table(
    "round",
    metadata,
    Column("id", Text, primary_key=True),
    Column("check_in", Text, nullable=False),
    Column("opens_on", Date, nullable=False),
    _state("state", RoundState),
    Column("closes_at", Timestamp, nullable=False),
    Column("prompts_opened", Integer, nullable=False),
    Column("programme_version", Integer, nullable=False),
    Column("sealing_key", Text, ForeignKey("sealing_key.id"), nullable=False),
    Column("units", Text, nullable=False),
    Column("released_at", Timestamp),
    UniqueConstraint("check_in", "opens_on"),
    UniqueConstraint("sealing_key"),
    _one_of("state", RoundState),
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

heartbeat = Table(
    "heartbeat",
    metadata,
    Column("process", Text, primary_key=True),
    Column("at", Timestamp, nullable=False),
)

# --- People side ------------------------------------------------------------------------

enrolment = Table(
    "enrolment",
    metadata,
    Column("id", LargeBinary, primary_key=True),
    Column("lookup", LargeBinary, nullable=False),
    Column("profile", LargeBinary, nullable=False),
    Column("team", Text, nullable=False),
    _state("state", EnrolmentState),
    UniqueConstraint("lookup"),
    _one_of("state", EnrolmentState),
    _bytes("id", 16),
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
    _state("kind", DeliveryKind),
    Column("due_at", Timestamp, nullable=False),
    _state("state", DeliveryState),
    Column("claimed_until", Timestamp),
    Column("attempts", Integer, nullable=False),
    UniqueConstraint("round", "prompt", "enrolment", "kind"),
    Index(None, "state", "due_at"),
    Index(None, "enrolment"),
    _one_of("kind", DeliveryKind),
    _one_of("state", DeliveryState),
    CheckConstraint("(state = 'claimed') = (claimed_until IS NOT NULL)", name="claim"),
    _bytes("id", 16),
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

# --- Answers side -----------------------------------------------------------------------

sealed_response = Table(
    "sealed_response",
    metadata,
    # The round first: SQLite keeps rows in key order, and a tally reads one round.
    Column("round", Text, ForeignKey("round.id"), primary_key=True),
    Column("id", LargeBinary, primary_key=True),
    Column("ciphertext", LargeBinary, nullable=False),
    _bytes("id", 16),
    sqlite_with_rowid=False,
)

PEOPLE: Final = (enrolment, enrolment_code, delivery, participation)
ANSWERS: Final = (sealed_response,)
COMMON: Final = (sealing_key, programme, round_, release, audit, heartbeat)
APPEND_ONLY: Final = (programme, release, audit)
