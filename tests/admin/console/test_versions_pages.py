"""Versions: listed in pages, compared, taken away as files, and gone back to."""

import pytest
import yaml

from bot.core.programme import Programme
from bot.workflows import programme
from bot.workflows.programme_versions import PAGE
from storage import audit, programmes
from storage.engine import Storage
from tests.admin.console.consoles import (
    AUDITOR,
    HERON,
    KESTREL,
    NOW,
    Console,
    a_console,
    content,
    fields_of,
    with_admins,
)
from tests.programmes import pulse_alone, the_example
from tests.storage.rows import ENTRY

pytestmark = pytest.mark.sqlite_first("pages read and write by workflows: one path runs on both")

HOSTILE = "<b>Fen</b> & =1+1"


def named(name: str, before: Programme | None = None) -> Programme:
    """The force under another name."""
    before = before or pulse_alone()
    return before.model_copy(update={"force": before.force.model_copy(update={"name": name})})


async def saved(console: Console, document: Programme, reason: str = "why") -> int:
    """Put a programme in force past the pages."""
    return await programme.load(console.storage, document, "Heron", reason, lambda: NOW)


async def test_a_version_shows_who_saved_it_why_and_what_it_changed(storage: Storage) -> None:
    async with a_console(storage) as console:
        await saved(console, named(HOSTILE), "renamed <i>at last</i>")
        listed = await console.get("/programme/versions")
        assert "renamed &lt;i&gt;at last&lt;/i&gt;" in listed
        text = await console.reads("/programme/versions/2")
        assert "Version 2, in force" in text
        assert (
            f"The name of the force was “Fenmarch Constabulary (invented)” and becomes “{HOSTILE}”."
            in text
        )
        assert "The first programme: Fenmarch Constabulary" in await console.reads(
            "/programme/versions/1"
        )
        text = await console.reads("/programme/differences?from=2&to=1")
        assert f"was “{HOSTILE}” and becomes “Fenmarch Constabulary (invented)”" in text
        assert "Nothing differs." in await console.reads("/programme/differences?from=2&to=2")


async def test_versions_that_are_not_there_are_no_pages(sqlite_storage: Storage) -> None:
    async with a_console(sqlite_storage) as console:
        for path in (
            "/programme/versions/0",
            "/programme/versions/2",
            "/programme/versions/999999999/restore",
            "/programme/versions/99999999999",
            "/programme/versions/2/programme.yaml",
            "/programme/differences",
            "/programme/differences?from=1&to=x",
            "/programme/differences?from=1&to=7",
        ):
            await console.get(path, 404)


async def test_many_versions_are_listed_in_pages_without_reading_them(
    sqlite_storage: Storage,
) -> None:
    async with a_console(sqlite_storage) as console:
        async with sqlite_storage.transaction("fill") as tx:
            for number in range(2, PAGE + 12):
                # No programme at all: whoever read it to list it would stumble.
                await programmes.append(tx, "{}", "Heron", f"change {number}", NOW, ENTRY)
        page = await console.get("/programme/versions")
        assert f"Version {PAGE + 11}<" in page
        assert f"Version {12}<" in page
        assert f"Version {11}<" not in page
        assert 'href="/programme/versions?before=12"' in page
        page = await console.get("/programme/versions?before=12")
        assert "Version 11<" in page
        assert "Older ones" not in page
        assert "There is none here" in await console.reads("/programme/versions?before=1")
        assert "Version 61<" in await console.get("/programme/versions?before=rubbish")


async def test_a_version_is_taken_away_as_a_file_that_reads_back(sqlite_storage: Storage) -> None:
    async with a_console(sqlite_storage, document=the_example()) as console:
        answer = await console.client.get("/programme/versions/1/programme.yaml")
        assert answer.headers["content-type"] == "application/yaml; charset=utf-8"
        assert answer.headers["content-disposition"] == (
            f'attachment; filename="{the_example().force.id}-1.yaml"'
        )
        assert content().read_programme(answer.text) == the_example()
        assert yaml.safe_load(answer.text)["format"] == 1


@pytest.mark.whole_path
async def test_going_back_makes_a_new_version_after_showing_what_changes(storage: Storage) -> None:
    async with a_console(storage) as console:
        await saved(console, named("Fenmarch Police"))
        page = await console.get("/programme/versions/1/restore")
        assert "becomes “Fenmarch Constabulary (invented)”" in page
        assert "takes effect with the next round" in page
        sent = fields_of(page)
        told = await console.refused("/programme/versions/1/restore", **sent)
        assert "Write in one line why" in told
        where = await console.sent("/programme/versions/1/restore", **{**sent, "reason": "a slip"})
        assert where == "/programme?saved=3"
        assert await console.programme() == pulse_alone()
        async with storage.read("look") as tx:
            entry = (await audit.all(tx))[-1].entry
        assert (entry.actor, entry.detail) == ("Kestrel", "force: a slip")
        told = await console.refused("/programme/versions/1/restore", **{**sent, "reason": "again"})
        assert "Somebody saved version 3 meanwhile" in told
        told = await console.reads("/programme/versions/3/restore")
        assert "Nothing differs." in told


async def test_going_back_on_teams_waits_for_a_second_admin(sqlite_storage: Storage) -> None:
    async with a_console(sqlite_storage) as console:
        await with_admins(sqlite_storage, KESTREL, HERON)
        before = pulse_alone()
        first, *rest = before.force.departments
        grown = first.model_copy(
            update={
                "teams": [first.teams[0].model_copy(update={"headcount": 99}), *first.teams[1:]]
            }
        )
        force = before.force.model_copy(update={"departments": [grown, *rest]})
        await saved(console, before.model_copy(update={"force": force}))
        page = await console.get("/programme/versions/1/restore")
        assert "A second admin has to approve it." in page
        sent = {**fields_of(page), "reason": "a slip"}
        assert await console.sent("/programme/versions/1/restore", **sent) == "/changes/1"
        assert await console.newest() == 2


async def test_going_back_keeps_what_was_verified_since(sqlite_storage: Storage) -> None:
    async with a_console(sqlite_storage) as console:
        before = pulse_alone()
        entry = before.support[0]
        verified = {"last_verified": NOW.date(), "verified_by": "Kestrel"}
        support = [entry.model_copy(update=verified), *before.support[1:]]
        await saved(console, named("One", before.model_copy(update={"support": support})))
        sent = {**fields_of(await console.get("/programme/versions/1/restore")), "reason": "back"}
        await console.sent("/programme/versions/1/restore", **sent)
        found = await console.programme()
        assert found.force.name == before.force.name
        assert found.support[0].last_verified == NOW.date()


async def test_what_no_longer_passes_todays_checks_is_not_gone_back_to(
    sqlite_storage: Storage,
) -> None:
    before = pulse_alone()
    long_ago = NOW.date().replace(year=2025)
    changes = {"last_verified": long_ago, "hours": {"en": "Mornings"}}
    old = before.support[0].model_copy(update=changes)
    unknown = before.check_ins[0].model_copy(update={"instrument_version": 99})
    bad = before.model_copy(update={"support": [old, *before.support[1:]]})
    async with a_console(sqlite_storage, document=bad) as console:
        await saved(console, before)
        await saved(console, before.model_copy(update={"check_ins": [unknown]}))
        await saved(console, named("One"))
        text = await console.reads("/programme/versions/1/restore")
        assert "It cannot be put in force as it is" in text
        # The newer verification of the same entry stands, so this is the other one's problem.
        text = await console.reads("/programme/versions/3/restore")
        assert "got weekly-pulse version 99" in text
        told = await console.refused(
            "/programme/versions/3/restore", version="4", reason="all the same"
        )
        assert "got weekly-pulse version 99" in told
        assert await console.newest() == 4


async def test_an_auditor_is_not_offered_the_way_back(sqlite_storage: Storage) -> None:
    async with a_console(sqlite_storage, AUDITOR) as console:
        await saved(console, named("One"))
        assert "Go back" not in await console.reads("/programme/versions/1")
        await console.get("/programme/versions/1/restore", 403)
        await console.refused("/programme/versions/1/restore", 403, version="2", reason="x")
