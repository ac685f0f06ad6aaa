"""What heartbeats say: what one says wrong hides nothing of the others."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.core.vitals import LONGEST, Seen, Trouble, Vitals
from bot.workflows import heartbeat
from bot.workflows.heartbeat import signs_of
from storage.engine import Storage
from storage.heartbeats import BACKUP, UNREADABLE, Beat, beat, beats
from tests.admin.overseen import NOW, Clock, at_work, oversight_of

LATER = datetime(2199, 12, 31, tzinfo=UTC)
BEFORE = NOW - timedelta(minutes=30)
REFUSED = Vitals(0, 0, 0, 0, {Trouble.TOKEN_REFUSED: Seen(1, NOW)})
WELL = Vitals(0, 0, 0, 0, {})
TO_COME = Vitals(0, 0, 0, 0, {Trouble.TOKEN_REFUSED: Seen(1, LATER)})


def test_vitals_come_from_those_alone_that_talk_to_officers() -> None:
    said = {
        "officers": Beat(BEFORE, REFUSED.to_json()),
        "tally": Beat(NOW, WELL.to_json()),
        "dashboard": Beat(NOW, "{"),
        "serve": Beat(BEFORE - timedelta(days=1), WELL.to_json()),
    }
    signs = signs_of(said, NOW)
    assert signs.vitals == REFUSED
    assert signs.unread == ()


@pytest.mark.parametrize("text", ["{", "[" * 1_500, UNREADABLE, TO_COME.to_json()])
def test_what_cannot_be_read_is_told_of_with_whose_it_is(text: str) -> None:
    signs = signs_of({"officers": Beat(NOW, text), "tally": Beat(BEFORE, None)}, NOW)
    assert signs.vitals is None
    assert signs.unread == ("officers",)
    assert signs.ticks == {"officers": NOW, "tally": BEFORE}


def test_a_heartbeat_of_a_time_to_come_is_none_and_is_told_of() -> None:
    said = {
        "serve": Beat(LATER, WELL.to_json()),
        "officers": Beat(BEFORE, REFUSED.to_json()),
        BACKUP: Beat(LATER, None),
    }
    signs = signs_of(said, NOW)
    assert signs.vitals == REFUSED
    assert signs.ticks == {"officers": BEFORE}
    assert signs.backup_at is None
    assert signs.unread == (BACKUP, "serve")


async def test_rows_that_no_program_writes_are_not_read(storage: Storage) -> None:
    async with storage.transaction("fill") as tx:
        await beat(tx, "officers", NOW, "x" * LONGEST)
        await beat(tx, "kestrel", LATER)
    async with storage.read("look") as look:
        assert await beats(look) == {"officers": Beat(NOW, "x" * LONGEST)}
    assert await heartbeat.last(storage) == NOW


async def test_health_tells_whose_heartbeat_cannot_be_read(storage: Storage) -> None:
    clock = Clock()
    await at_work(storage, clock, REFUSED)
    async with storage.transaction("meddle") as tx:
        await beat(tx, "tally", LATER)
    found = await oversight_of(storage, clock).health()
    assert found.unread == ("tally",)
    assert found.vitals == REFUSED
    assert found.expected() == ["serve"]
