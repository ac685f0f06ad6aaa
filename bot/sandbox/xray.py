"""The X-ray: what the database holds at this moment, read from the file itself.

It opens its own read-only connection for each look and reads one consistent moment. It
decrypts nothing and has no key but `lookup`, which it was given to find the row of one chat:
the database alone cannot tell.
"""

import json
import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote

from bot.core.rounds import RoundState

SAMPLE: Final = 4
"""How many sealed rows of a round are shown."""

FIRST_BYTES: Final = 32
_WAIT_SECONDS = 2.0


@dataclass(frozen=True, slots=True)
class HeldEnrolment:
    """The row of one chat."""

    id: bytes
    lookup: bytes
    profile: bytes
    team: str
    active: bool


@dataclass(frozen=True, slots=True)
class HeldDelivery:
    """A message to this chat; `due_at` is as the database has it, in UTC."""

    round: str
    prompt: int
    kind: str
    state: str
    due_at: str


@dataclass(frozen=True, slots=True)
class HeldRound:
    """A round with what is there of its sealed answers."""

    id: str
    opens_on: str
    state: RoundState
    public_key: bytes
    sealed: int
    sizes: tuple[int, ...]
    """The different lengths of its ciphertexts."""
    sample: tuple[tuple[bytes, bytes], ...]
    """(id, first bytes of the ciphertext), in the order of those bytes: shuffling the ids does
    not show other rows."""


@dataclass(frozen=True, slots=True)
class Held:
    """Everything the page shows of the database."""

    enrolments: int
    enrolment: HeldEnrolment | None
    deliveries_waiting: int
    deliveries: tuple[HeldDelivery, ...]
    marks: int
    marks_of_chat: tuple[tuple[str, int], ...]
    """(round, prompt) of this chat's participation rows."""
    rounds: tuple[HeldRound, ...]
    """Newest first."""
    unused_keys: int
    release: dict[str, Any] | None
    release_hash: bytes
    releases: int

    @property
    def open_round(self) -> HeldRound | None:
        """The newest round that takes answers."""
        return next((each for each in self.rounds if each.state is RoundState.OPEN), None)

    @property
    def ended(self) -> bool:
        """Whether any round has closed."""
        return any(each.state is not RoundState.OPEN for each in self.rounds)


class XRay:
    """Looks into one SQLite file."""

    def __init__(self, database: Path, lookup: Callable[[int], bytes]) -> None:
        self._address = f"file:{quote(str(database.absolute()))}?mode=ro"
        self._lookup = lookup

    def look(self, telegram_id: int) -> Held:
        """Return what is held now, for one chat and in all; raises sqlite3.OperationalError.

        It waits for the disk: call it in a thread.
        """
        connection = sqlite3.connect(
            self._address, uri=True, timeout=_WAIT_SECONDS, isolation_level=None
        )
        with closing(connection):
            connection.execute("BEGIN")
            return _read(connection, self._lookup(telegram_id))


def _read(connection: sqlite3.Connection, lookup: bytes) -> Held:
    enrolment = _enrolment(connection, lookup)
    own = (enrolment.id if enrolment else b"",)
    release = connection.execute(
        "SELECT content, hash FROM release ORDER BY sequence DESC LIMIT 1"
    ).fetchone()
    return Held(
        enrolments=_count(connection, "SELECT count(*) FROM enrolment"),
        enrolment=enrolment,
        deliveries_waiting=_count(
            connection, "SELECT count(*) FROM delivery WHERE state IN ('due', 'claimed')"
        ),
        deliveries=tuple(
            HeldDelivery(*row)
            for row in connection.execute(
                "SELECT round, prompt, kind, state, due_at FROM delivery"
                " WHERE enrolment = ? ORDER BY due_at",
                own,
            )
        ),
        marks=_count(connection, "SELECT count(*) FROM participation"),
        marks_of_chat=tuple(
            connection.execute(
                "SELECT round, prompt FROM participation WHERE enrolment = ?"
                " ORDER BY round, prompt",
                own,
            )
        ),
        rounds=_rounds(connection),
        unused_keys=_count(connection, "SELECT count(*) FROM sealing_key WHERE state = 'unused'"),
        release=json.loads(release[0]) if release else None,
        release_hash=release[1] if release else b"",
        releases=_count(connection, "SELECT count(*) FROM release"),
    )


def _enrolment(connection: sqlite3.Connection, lookup: bytes) -> HeldEnrolment | None:
    row = connection.execute(
        "SELECT id, lookup, profile, team, state FROM enrolment WHERE lookup = ?", (lookup,)
    ).fetchone()
    if row is None:
        return None
    enrolment_id, stored, profile, team, state = row
    return HeldEnrolment(enrolment_id, stored, profile, team, state == "active")


def _rounds(connection: sqlite3.Connection) -> tuple[HeldRound, ...]:
    rows = connection.execute(
        "SELECT round.id, opens_on, round.state, public FROM round"
        " JOIN sealing_key ON sealing_key.id = round.sealing_key"
        " ORDER BY opens_on DESC, round.id"
    ).fetchall()
    return tuple(
        HeldRound(
            round_id,
            opens_on,
            RoundState(state),
            public,
            _count(connection, "SELECT count(*) FROM sealed_response WHERE round = ?", round_id),
            tuple(
                size
                for (size,) in connection.execute(
                    "SELECT DISTINCT length(ciphertext) FROM sealed_response"
                    " WHERE round = ? ORDER BY 1",
                    (round_id,),
                )
            ),
            tuple(
                connection.execute(
                    "SELECT id, substr(ciphertext, 1, ?) FROM sealed_response"
                    " WHERE round = ? ORDER BY 2 LIMIT ?",
                    (FIRST_BYTES, round_id, SAMPLE),
                )
            ),
        )
        for round_id, opens_on, state, public in rows
    )


def _count(connection: sqlite3.Connection, query: str, *given: object) -> int:
    (number,) = connection.execute(query, given).fetchone()
    return int(number)
