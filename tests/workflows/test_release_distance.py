"""Results about the same people keep their distance, under whatever names they were asked."""

from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.core.programme import Programme
from bot.workflows import closing, programme, rounds
from bot.workflows.release_distance import ReleasedAbout, may_release
from tests.workflows.office import ROUND, ZONE, Office, an_office, at

pytestmark = pytest.mark.sqlite_first("distances are reckoned alike: one path runs on both")

PULSE, OTHER = "weekly-pulse", "another-pulse"
EAST, WEST, BOTH = frozenset({"a", "b"}), frozenset({"c"}), frozenset({"a", "c"})
# Two audiences of the example programme that share a team, and differ by more than 25 heads.
RESPONSE = ["harbour-response", "market-response"]
MARKET = ["market-response", "roads-policing"]
CONTROL = ["control-room"]


def about(
    day: int, instrument: str = PULSE, teams: frozenset[str] = EAST, hour: int = 9
) -> ReleasedAbout:
    """A release so many days after the first."""
    return ReleasedAbout(at(day, hour), instrument, teams)


@pytest.mark.parametrize(
    ("now", "earlier", "may"),
    [
        (about(0), [], True),
        (about(27), [about(0)], False),
        (about(28), [about(0)], True),
        # Days of the calendar count, not hours.
        (about(28, hour=0), [about(0, hour=23)], True),
        (about(27, hour=23), [about(0, hour=0)], False),
        (about(0), [about(0)], False),
        (about(28), [about(0), about(1)], False),
        (about(1), [about(0, OTHER)], True),
        (about(1), [about(0, teams=WEST)], True),
        (about(1, teams=BOTH), [about(0)], False),
        (about(1), [about(0, teams=BOTH)], False),
        (about(1), [about(0, OTHER), about(0, teams=WEST), about(0, teams=BOTH)], False),
    ],
)
def test_only_the_same_questions_to_the_same_people_must_wait(
    now: ReleasedAbout, earlier: Sequence[ReleasedAbout], may: bool
) -> None:
    assert may_release(now, earlier, ZONE) is may


@pytest.mark.parametrize(
    ("teams", "existing", "may"),
    [
        # West is called north now, or somebody is new there.
        pytest.param({"n"}, {"a", "b", "n"}, False, id="new beside gone"),
        pytest.param({"n"}, {"a", "b", "c", "n"}, True, id="nobody gone"),
        pytest.param({"a"}, {"a", "b"}, True, id="nobody new"),
    ],
)
def test_new_names_may_be_the_same_people(teams: set[str], existing: set[str], may: bool) -> None:
    earlier = ReleasedAbout(at(0, 9), PULSE, WEST, EAST | WEST)
    now = ReleasedAbout(at(27, 9), PULSE, frozenset(teams), frozenset(existing))
    assert may_release(now, [earlier], ZONE) is may
    later = ReleasedAbout(at(28, 9), PULSE, frozenset(teams), frozenset(existing))
    assert may_release(later, [earlier], ZONE)


def asking(office: Office, **audiences: tuple[str, Any]) -> Programme:
    """The example programme with these check-ins, by id: instrument and audience."""
    weekly = office.programme.check_ins[0]
    check_ins = [
        weekly.model_copy(update={"id": name, "instrument": instrument, "audience": audience})
        for name, (instrument, audience) in audiences.items()
    ]
    return office.programme.model_copy(update={"check_ins": check_ins})


async def takes(office: Office, document: Programme) -> None:
    """Put a programme into force, as its command does."""
    checked = Programme.model_validate_json(document.model_dump_json())
    await programme.load(office.storage, checked, "test", "test", office.clock)


async def closed(office: Office, *check_ins: str) -> set[str]:
    """Open today's round of each check-in, close them at once; return their ids."""
    opened = {
        await rounds.open_now(office.storage, office.instruments, each, office.clock, "test")
        for each in check_ins
    }
    for each in opened:
        await closing.close_now(office.storage, each, office.clock, "test")
    return opened


async def test_a_check_in_under_a_new_name_is_not_released_again_at_once(
    database_url: str, tmp_path: Path
) -> None:
    async with an_office(database_url, tmp_path) as office:
        await office.turn()
        office.now = at(28, 0)
        await office.turn()
        assert await office.count() == [ROUND]
        await takes(office, asking(office, renamed=(PULSE, "everyone")))
        (again,) = await closed(office, "renamed")
        assert again.startswith("renamed-")
        assert await office.count() == []
        office.now = at(55, 23)
        assert await office.count() == []
        office.now = at(56, 0)
        assert await office.count() == [again]


@pytest.mark.whole_path
async def test_of_two_results_about_some_of_the_same_people_one_waits(
    database_url: str, tmp_path: Path
) -> None:
    async with an_office(database_url, tmp_path) as office:
        await takes(office, asking(office, one=(PULSE, RESPONSE), other=(PULSE, MARKET)))
        both = await closed(office, "one", "other")
        (first,) = await office.count()
        assert await office.count() == []
        office.now += timedelta(days=28)
        assert await office.count() == sorted(both - {first})


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ((PULSE, RESPONSE), (PULSE, CONTROL)),
        ((PULSE, RESPONSE), (OTHER, RESPONSE)),
        ((PULSE, "everyone"), (OTHER, CONTROL)),
    ],
)
async def test_other_people_and_other_questions_wait_for_nobody(
    sqlite_database: str, tmp_path: Path, one: tuple[str, Any], other: tuple[str, Any]
) -> None:
    async with an_office(sqlite_database, tmp_path) as office:
        pulse = office.instruments[PULSE, 1]
        office.instruments = {
            **office.instruments,
            (OTHER, 1): pulse.model_copy(update={"id": OTHER}),
        }
        await takes(office, asking(office, one=one, other=other))
        both = await closed(office, "one", "other")
        assert set(await office.count()) == both
