"""What the audit reads, and what it does not trust."""

import pytest

from bot.core.outsider.audit import audit
from bot.workflows.audit_releases import (
    NothingToTrust,
    read_published,
    themes_about_supervisors,
)
from storage import releases
from storage.engine import Storage
from tests.core.builders import an_instrument
from tests.core.outsider.histories import a_past
from tests.storage.rows import a_release, opened

pytestmark = pytest.mark.sqlite_first(
    "one path runs on both: releases and units are storage's, read there on both"
)


async def test_nothing_released_is_nothing_read(storage: Storage) -> None:
    published = await read_published(storage)
    assert (published.told, published.newest_hash) == ((), "")


@pytest.mark.whole_path
async def test_releases_are_read_beside_the_units_of_their_rounds(storage: Storage) -> None:
    past = a_past(2)
    async with storage.transaction("releases") as tx:
        for each in past.earlier:
            await opened(tx, each.release.round_id, units=each.units.to_json())
            await releases.append(tx, each.release)
    published = await read_published(storage)
    assert [told.round_id for told in published.told] == [e.release.round_id for e in past.earlier]
    assert published.newest_hash == past.earlier[-1].release.hash.hex()
    assert published.told[0].statements == past.told()[0].statements
    assert not audit(published.told).violations


def test_which_themes_are_about_supervisors_any_version_tells() -> None:
    instrument = an_instrument()
    assert themes_about_supervisors({}) == {}
    assert themes_about_supervisors({instrument.key: instrument}) == {"invented": {"supervision"}}


async def test_themes_about_supervisors_are_read(storage: Storage) -> None:
    past = a_past(1)
    (told,) = past.earlier
    async with storage.transaction("releases") as tx:
        await opened(tx, told.release.round_id, units=told.units.to_json())
        await releases.append(tx, told.release)
    instrument = an_instrument()
    published = await read_published(storage, {instrument.key: instrument})
    assert published.told[0].themes == past.told()[0].themes
    assert (await read_published(storage)).told[0].themes == {}


@pytest.mark.parametrize("units", ["{}", "[]", "not JSON", '{"force": "x", "departments": 3}'])
async def test_a_round_without_units_stops_it(storage: Storage, units: str) -> None:
    past = a_past(1)
    (told,) = past.earlier
    async with storage.transaction("releases") as tx:
        await opened(tx, told.release.round_id, units=units)
        await releases.append(tx, told.release)
    with pytest.raises(NothingToTrust, match="no list of units"):
        await read_published(storage)


async def test_a_release_that_is_no_whole_one_stops_it(storage: Storage) -> None:
    async with storage.transaction("releases") as tx:
        await opened(tx, "round-1")
        await releases.append(tx, a_release("round-1", releases.FIRST))
    with pytest.raises(NothingToTrust, match="round-1"):
        await read_published(storage)


async def test_units_of_another_force_stop_it(storage: Storage) -> None:
    (told,) = a_past(1).earlier
    units = told.units.to_json().replace('"department":"d0"', '"department":"else"')
    async with storage.transaction("releases") as tx:
        await opened(tx, told.release.round_id, units=units)
        await releases.append(tx, told.release)
    with pytest.raises(NothingToTrust):
        await read_published(storage)
