"""Errands: asked for at the dashboard, done once by the officers' process, and answered."""

import asyncio
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import insert, update

from bot.core.access import Role, Visitor
from bot.core.errands import (
    END_UNKNOWN,
    LONGEST_SENTENCE,
    NOBODY_CAME,
    NOT_DONE_HERE,
    NOT_FORESEEN,
    NOT_READABLE,
    TAKES,
    WAITS_FOR,
    Errand,
    Kind,
    Outcome,
    State,
)
from bot.core.rounds import NoSuchRound
from bot.workflows import errands
from bot.workflows.errands import TooManyErrands
from storage import audit
from storage.engine import Storage
from storage.errors import DatabaseUnavailable, RowRefused
from storage.tables import errand as table
from tests.people import with_access
from tests.storage.rows import NOW

pytestmark = pytest.mark.sqlite_first(
    "one path, two workers, what a database refuses and whoever waits run on both"
)

ADMIN = Visitor("admin Kestrel", frozenset({Role.ADMIN}))
WREN = Visitor("admin Wren", frozenset({Role.ADMIN}))


@dataclass
class Desk:
    """Asks, and does what was asked for."""

    storage: Storage
    now: datetime = NOW
    done: list[Errand] = field(default_factory=list)
    raises: Exception | None = None

    def clock(self) -> datetime:
        return self.now

    async def ask(
        self, kind: Kind = Kind.OPEN_ROUND, subject: str = "pulse", by: Visitor = ADMIN
    ) -> int:
        detail = {"until": "Friday", "digest": "00ff"}
        return await errands.ask(self.storage, kind, subject, detail, by, self.clock)

    async def do(self, errand: Errand) -> str:
        self.done.append(errand)
        if self.raises is not None:
            raise self.raises
        return f"{errand.subject} is done."

    async def carry_out(self) -> int:
        handlers = {Kind.OPEN_ROUND: self.do, Kind.ISSUE_CODE: self.do}
        return await errands.carry_out_due(self.storage, handlers, self.clock)

    async def outcome(self, number: int) -> Outcome | None:
        return await errands.outcome(self.storage, number, self.clock)

    async def trail(self) -> list[tuple[str, str, str, str]]:
        async with self.storage.read("look") as tx:
            entries = [record.entry for record in await audit.all(tx)]
        return [(each.actor, each.act, each.subject, each.detail) for each in entries]


@pytest.fixture
async def desk(storage: Storage) -> Desk:
    await with_access(storage, ADMIN, WREN)
    return Desk(storage)


@pytest.mark.whole_path
async def test_an_errand_is_done_once_and_answered_in_a_sentence(desk: Desk) -> None:
    number = await desk.ask()
    assert await desk.outcome(number) is None
    assert await desk.carry_out() == 1
    assert await desk.carry_out() == 0
    (done,) = desk.done
    assert (done.kind, done.by, done.detail["digest"]) == (Kind.OPEN_ROUND, ADMIN.name, "00ff")
    assert await desk.outcome(number) == Outcome(True, "pulse is done.")
    # The digest of a code is nobody's business.
    assert await desk.trail() == [
        ("admin Kestrel", "ask to open round", "pulse", "until: Friday"),
    ]


async def test_errands_are_done_in_the_order_in_which_they_were_asked_for(desk: Desk) -> None:
    for subject in "abc":
        await desk.ask(subject=subject)
    assert await desk.carry_out() == 3
    assert [each.subject for each in desk.done] == ["a", "b", "c"]
    found = await errands.lately(desk.storage, frozenset(Kind), desk.clock, most=2)
    assert [(each.subject, came and came.sentence) for each, came in found] == [
        ("c", "c is done."),
        ("b", "b is done."),
    ]


@pytest.mark.at_once
async def test_two_workers_do_each_errand_once_and_in_order(desk: Desk) -> None:
    for subject in "abcd":
        await desk.ask(subject=subject)
    ended = 0
    while ended < 4:
        ended += sum(await asyncio.gather(desk.carry_out(), desk.carry_out()))
    assert [each.subject for each in desk.done] == ["a", "b", "c", "d"]


async def test_why_an_errand_may_not_be_done_is_its_answer(desk: Desk) -> None:
    number = await desk.ask()
    desk.raises = NoSuchRound(round="pulse-1")
    assert await desk.carry_out() == 1
    came = await desk.outcome(number)
    assert came is not None
    assert not came.done
    assert came.sentence == str(desk.raises)
    assert (await desk.trail())[-1] == ("ticker", "not done: open round", "pulse", came.sentence)


async def test_what_was_not_foreseen_ends_the_errand_and_is_not_kept_from_the_log(
    desk: Desk,
) -> None:
    number = await desk.ask()
    desk.raises = ValueError("something private")
    with pytest.raises(ValueError, match="private"):
        await desk.carry_out()
    assert await desk.outcome(number) == Outcome(False, NOT_FORESEEN)
    assert await desk.carry_out() == 0


async def test_an_errand_that_nothing_here_does_is_refused(desk: Desk) -> None:
    number = await desk.ask(Kind.CLOSE_ROUND)
    assert await desk.carry_out() == 1
    assert await desk.outcome(number) == Outcome(False, NOT_DONE_HERE)


async def test_what_waited_for_an_hour_is_refused_and_never_done(desk: Desk) -> None:
    number = await desk.ask()
    desk.now += WAITS_FOR - timedelta(seconds=1)
    assert await desk.outcome(number) is None
    desk.now += timedelta(seconds=1)
    # Also before anybody can note it down.
    assert await desk.outcome(number) == Outcome(False, NOBODY_CAME)
    later = await desk.ask(subject="later")
    assert await desk.carry_out() == 2
    assert [each.subject for each in desk.done] == ["later"]
    assert await desk.outcome(number) == Outcome(False, NOBODY_CAME)
    assert await desk.outcome(later) == Outcome(True, "later is done.")


@pytest.mark.whole_path
async def test_an_errand_whose_worker_was_killed_is_not_begun_again(desk: Desk) -> None:
    first, second = await desk.ask(), await desk.ask(subject="behind")
    desk.raises = DatabaseUnavailable(database="one", action="open", reason="it was gone")
    with pytest.raises(DatabaseUnavailable):
        await desk.carry_out()
    desk.raises = None
    # Those behind it wait: they may build on it.
    assert await desk.carry_out() == 0
    desk.now += TAKES
    assert await desk.carry_out() == 2
    assert [each.subject for each in desk.done] == ["pulse", "behind"]
    assert await desk.outcome(first) == Outcome(False, END_UNKNOWN)
    assert await desk.outcome(second) == Outcome(True, "behind is done.")


async def leave(storage: Storage, **columns: object) -> None:
    """Write an errand past the program, as whoever got into the dashboard's process could."""
    row = {
        "kind": Kind.OPEN_ROUND,
        "subject": "pulse",
        "detail": "{}",
        "asked_by": "admin Kestrel",
        "asked_at": NOW,
        "state": State.WAITING,
    }
    async with storage.transaction("leave") as tx:
        await tx.execute(insert(table).values(row | columns))


# What a database takes as JSON and not as a text.
NO_TEXTS = (r'{"until": "\u0000"}', r'{"until": "\ud800"}', r'{"\udfff": "Friday"}')


@pytest.mark.parametrize("detail", ["x", "[]", '{"digest": 5}', "[" * 100_000, *NO_TEXTS])
async def test_an_errand_that_nobody_can_read_is_refused_and_holds_up_no_other(
    desk: Desk, detail: str
) -> None:
    await leave(desk.storage, number=1, detail=detail)
    good = await desk.ask()
    assert await desk.carry_out() == 2
    assert [errand.number for errand in desk.done] == [good]
    assert await desk.outcome(1) == Outcome(False, NOT_READABLE)
    assert (await desk.trail())[1][1:] == ("not done: open round", "pulse", NOT_READABLE)


@pytest.mark.whole_path
async def test_what_no_database_holds_is_left_out_of_the_sentence(desk: Desk) -> None:
    number = await desk.ask()
    desk.raises = NoSuchRound(round="a\0b\ud800" + "x" * 5000)
    assert await desk.carry_out() == 1
    came = await desk.outcome(number)
    assert came is not None
    assert "a?b?x" in came.sentence
    assert len(came.sentence) == LONGEST_SENTENCE


async def test_an_errand_begun_in_days_to_come_holds_up_no_other(desk: Desk) -> None:
    far = datetime(2199, 12, 31, 23, 59, tzinfo=UTC)
    await leave(desk.storage, number=1)
    async with desk.storage.transaction("begin") as tx:
        await tx.execute(update(table).values(state=State.BEGUN, begun_at=far))
    await leave(desk.storage, number=2, asked_at=far)
    good = await desk.ask()
    assert await desk.carry_out() == 3
    assert [errand.number for errand in desk.done] == [2, good]
    assert await desk.outcome(1) == Outcome(False, END_UNKNOWN)


async def test_a_heap_of_errands_that_nobody_does_does_not_grow_for_ever(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(errands, "MOST_WAITING", 2)
    await desk.ask()
    await desk.ask()
    with pytest.raises(TooManyErrands, match="2 things"):
        await desk.ask()
    desk.now += WAITS_FOR
    assert await desk.ask() == 3


@pytest.mark.whole_path
@pytest.mark.parametrize(
    "columns",
    [
        {"number": 2**31 - 1},
        {"number": 0},
        {"number": 3},
        {"number": 2, "state": State.BEGUN, "begun_at": NOW},
        {"number": 2, "state": State.DONE, "sentence": "Done."},
        {"number": 2, "begun_at": NOW},
        {"number": 2, "detail": "x" * 100_001},
        {"number": 2, "subject": "x" * 201},
        {"number": 2, "asked_by": "x" * 201},
    ],
)
async def test_no_errand_is_left_out_of_turn_begun_or_beyond_measure(
    desk: Desk, columns: dict[str, object]
) -> None:
    assert await desk.ask() == 1
    with pytest.raises(RowRefused):
        await leave(desk.storage, **columns)
    assert await desk.ask() == 2


@pytest.mark.whole_path
async def test_a_heap_of_one_holds_up_nobody_else(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(errands, "MOST_WAITING", 5)
    for subject in "abcde":
        await desk.ask(subject=subject)
    with pytest.raises(TooManyErrands):
        await desk.ask(subject="f")
    await desk.ask(subject="x", by=WREN)
    await desk.ask(subject="y", by=WREN)
    # About the same as one that waits before it.
    await desk.ask(subject="c", by=WREN)
    monkeypatch.setattr(errands, "AT_ONCE", 3)
    assert await desk.carry_out() == 3
    assert [each.subject for each in desk.done] == ["a", "x", "b"]
    await desk.carry_out()
    await desk.carry_out()
    assert "".join(each.subject for each in desk.done) == "axbyccde"


async def test_a_heap_that_nobody_did_for_an_hour_is_given_up_in_parts(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(errands, "GIVEN_UP_AT_ONCE", 2)
    for _ in range(5):
        await desk.ask()
    desk.now += WAITS_FOR
    later = await desk.ask()
    assert await desk.carry_out() == 6
    assert [each.number for each in desk.done] == [later]


async def test_what_was_never_asked_for_has_no_outcome(desk: Desk) -> None:
    assert await desk.outcome(1) is None
    assert await errands.outcome_within(desk.storage, 1, desk.clock, patience=3600) is None


@pytest.mark.at_once
async def test_whoever_waits_hears_as_soon_as_it_is_known_or_that_it_is_not(desk: Desk) -> None:
    number = await desk.ask()
    assert await errands.outcome_within(desk.storage, number, desk.clock, patience=0) is None
    waiting = asyncio.create_task(
        errands.outcome_within(desk.storage, number, desk.clock, patience=3600)
    )
    await desk.carry_out()
    assert await waiting == Outcome(True, "pulse is done.")
