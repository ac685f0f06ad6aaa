"""The X-ray: what the database holds at this moment, read from the file itself.

It opens its own read-only connection for each look and reads one consistent moment. It
decrypts nothing and has no key but the hashes it was given to find what is held of one chat:
the database alone cannot tell.
"""

import json
import sqlite3
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote

from bot.core.rounds import RoundState
from bot.web.words import in_english

SAMPLE: Final = 4
"""How many sealed rows of a round are shown."""

FIRST_BYTES: Final = 32
_WAIT_SECONDS = 2.0


@dataclass(frozen=True, slots=True)
class ChatHashes:
    """The keyed hashes under which a chat's rows lie, each from a key of its own."""

    lookup: Callable[[int], bytes]
    follow_up_lookups: Callable[[int], Sequence[bytes]]
    """One for each purpose."""
    follow_up_mark: Callable[[str, int], bytes]
    """Of a round and a chat."""
    lead_lookup: Callable[[int], bytes] = lambda _: b""
    """Of a chat that a lead linked."""
    alert_lookup: Callable[[int], bytes] = lambda _: b""
    """Of a chat that an admin linked for alerts."""


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
class HeldFollowUp:
    """A message this chat asked for."""

    id: bytes
    lookup: bytes
    address: bytes
    kind: str
    state: str
    due_at: str


@dataclass(frozen=True, slots=True)
class HeldRound:
    """A round with what is there of its sealed answers."""

    id: str
    title: str
    opens_on: str
    prompts_opened: int
    """0 for a check-in that officers start themselves."""
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
    follow_ups: int
    follow_ups_of_chat: tuple[HeldFollowUp, ...]
    follow_up_marks: int
    follow_up_marks_of_chat: tuple[tuple[str, bytes], ...]
    """(round, mark) of the rounds in which this chat answered what it had asked for."""
    rounds: tuple[HeldRound, ...]
    """Those that officers are written to about first, and of each kind the newest."""
    unused_keys: int
    release: dict[str, Any] | None
    release_hash: bytes
    releases: int
    tables: dict[str, int]
    """Every table of the file, with how many rows it has."""
    lead_lookup: bytes | None = None
    """The keyed hash of this chat, where a lead linked it."""
    alert_chat: tuple[bytes, bytes] | None = None
    """The keyed hash and the sealed address of this chat, where an admin linked it for alerts."""

    @property
    def open_round(self) -> HeldRound | None:
        """The newest round that takes answers."""
        return next((each for each in self.rounds if each.state is RoundState.OPEN), None)

    @property
    def ended(self) -> bool:
        """Whether a round has closed that officers were written to about."""
        return any(
            each.prompts_opened and each.state is not RoundState.OPEN for each in self.rounds
        )

    def round_named(self, round_id: str) -> HeldRound:
        """Return one round; a row about a round that is none would have no place to lie."""
        return next(each for each in self.rounds if each.id == round_id)


class XRay:
    """Looks into one SQLite file."""

    def __init__(self, database: Path, hashes: ChatHashes) -> None:
        self._address = f"file:{quote(str(database.absolute()))}?mode=ro"
        self._hashes = hashes

    def look(self, telegram_id: int) -> Held:
        """Return what is held now, for one chat and in all; raises sqlite3.OperationalError.

        It waits for the disk: call it in a thread.
        """
        connection = sqlite3.connect(
            self._address, uri=True, timeout=_WAIT_SECONDS, isolation_level=None
        )
        with closing(connection):
            connection.execute("BEGIN")
            return _read(connection, self._hashes, telegram_id)

    def next_asked_for(self, after: datetime) -> datetime | None:
        """Return when the next message that anybody asked for is due, later than `after`."""
        connection = sqlite3.connect(
            self._address, uri=True, timeout=_WAIT_SECONDS, isolation_level=None
        )
        with closing(connection):
            rows = connection.execute("SELECT due_at FROM follow_up WHERE state = 'due'")
            moments = [datetime.fromisoformat(due).replace(tzinfo=UTC) for (due,) in rows]
        return min((moment for moment in moments if moment > after), default=None)


def _read(connection: sqlite3.Connection, hashes: ChatHashes, telegram_id: int) -> Held:
    enrolment = _enrolment(connection, hashes.lookup(telegram_id))
    own = (enrolment.id if enrolment else b"",)
    rounds = _rounds(connection)
    # Of the check-ins that officers are written to about, where there is one: what they
    # follow here. Every other result is on the lead's page, too.
    release = connection.execute(
        "SELECT content, hash FROM release JOIN round ON round.id = release.round"
        " ORDER BY prompts_opened > 0 DESC, sequence DESC LIMIT 1"
    ).fetchone()
    tables = _tables(connection)
    return Held(
        enrolments=tables["enrolment"],
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
        marks=tables["participation"],
        marks_of_chat=tuple(
            connection.execute(
                "SELECT round, prompt FROM participation WHERE enrolment = ?"
                " ORDER BY round, prompt",
                own,
            )
        ),
        follow_ups=tables["follow_up"],
        follow_ups_of_chat=_follow_ups(connection, hashes.follow_up_lookups(telegram_id)),
        follow_up_marks=tables["follow_up_mark"],
        follow_up_marks_of_chat=_follow_up_marks(
            connection, {hashes.follow_up_mark(each.id, telegram_id) for each in rounds}
        ),
        rounds=rounds,
        unused_keys=_count(connection, "SELECT count(*) FROM sealing_key WHERE state = 'unused'"),
        release=json.loads(release[0]) if release else None,
        release_hash=release[1] if release else b"",
        releases=tables["release"],
        tables=tables,
        lead_lookup=_lead_chat(connection, hashes.lead_lookup(telegram_id)),
        alert_chat=_alert_chat(connection, hashes.alert_lookup(telegram_id)),
    )


def _tables(connection: sqlite3.Connection) -> dict[str, int]:
    names = connection.execute(
        "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
        " ORDER BY name"
    ).fetchall()
    # The names come from the file's own schema.
    return {name: _count(connection, f'SELECT count(*) FROM "{name}"') for (name,) in names}  # noqa: S608


def _enrolment(connection: sqlite3.Connection, lookup: bytes) -> HeldEnrolment | None:
    row = connection.execute(
        "SELECT id, lookup, profile, team, state FROM enrolment WHERE lookup = ?", (lookup,)
    ).fetchone()
    if row is None:
        return None
    enrolment_id, stored, profile, team, state = row
    return HeldEnrolment(enrolment_id, stored, profile, team, state == "active")


def _lead_chat(connection: sqlite3.Connection, lookup: bytes) -> bytes | None:
    row = connection.execute("SELECT lookup FROM lead_chat WHERE lookup = ?", (lookup,)).fetchone()
    return None if row is None else bytes(row[0])


def _alert_chat(connection: sqlite3.Connection, lookup: bytes) -> tuple[bytes, bytes] | None:
    row = connection.execute(
        "SELECT lookup, address FROM alert_chat WHERE lookup = ?", (lookup,)
    ).fetchone()
    return None if row is None else (bytes(row[0]), bytes(row[1]))


def _follow_ups(
    connection: sqlite3.Connection, lookups: Sequence[bytes]
) -> tuple[HeldFollowUp, ...]:
    rows = connection.execute("SELECT id, lookup, address, kind, state, due_at FROM follow_up")
    found = [HeldFollowUp(*row) for row in rows if row[1] in lookups]
    return tuple(sorted(found, key=lambda each: (lookups.index(each.lookup), each.due_at)))


def _follow_up_marks(
    connection: sqlite3.Connection, marks: set[bytes]
) -> tuple[tuple[str, bytes], ...]:
    rows = connection.execute("SELECT round, mark FROM follow_up_mark ORDER BY round")
    return tuple((round_id, mark) for round_id, mark in rows if mark in marks)


def _rounds(connection: sqlite3.Connection) -> tuple[HeldRound, ...]:
    titles = _titles(connection)
    rows = connection.execute(
        "SELECT round.id, check_in, opens_on, prompts_opened, round.state, public FROM round"
        " JOIN sealing_key ON sealing_key.id = round.sealing_key"
        " ORDER BY prompts_opened > 0 DESC, opens_on DESC, round.id"
    ).fetchall()
    return tuple(
        HeldRound(
            round_id,
            titles.get(check_in, check_in.replace("-", " ").capitalize()),
            opens_on,
            prompts_opened,
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
        for round_id, check_in, opens_on, prompts_opened, state, public in rows
    )


def _titles(connection: sqlite3.Connection) -> dict[str, str]:
    """Return what each check-in of the newest programme is called."""
    newest = connection.execute(
        "SELECT content FROM programme ORDER BY version DESC LIMIT 1"
    ).fetchone()
    check_ins = json.loads(newest[0])["check_ins"] if newest else []
    return {each["id"]: in_english(each["title"]) for each in check_ins}


def _count(connection: sqlite3.Connection, query: str, *given: object) -> int:
    (number,) = connection.execute(query, given).fetchone()
    return int(number)
