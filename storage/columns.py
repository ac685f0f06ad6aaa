"""The kinds of columns: instants, states, bytes of one size. Each refuses what it does not hold."""

from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import CheckConstraint, Column, DateTime, Dialect, Text, TypeDecorator


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


def state_column(name: str, states: type[StrEnum]) -> Column[Any]:
    """Return a column of one of an enumeration's values."""
    return Column(name, State(states), nullable=False)


def one_of(column: str, states: type[StrEnum]) -> CheckConstraint:
    """Return the check that the database, too, knows these values alone."""
    listed = ", ".join(f"'{state.value}'" for state in states)
    return CheckConstraint(f"{column} IN ({listed})", name=column)


def size_of(column: str, size: int) -> CheckConstraint:
    """Return the check that a column holds so many bytes."""
    return CheckConstraint(f"length({column}) = {size}", name=f"{column}_size")
