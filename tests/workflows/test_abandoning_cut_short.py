"""Abandoning a round that is cut short is finished, and of two at once one does it."""

import asyncio
import os
import shutil
import sys
from pathlib import Path

import pytest

from bot.core.rounds import RoundNotReady, RoundState
from bot.sealing.errors import KeyInUse
from bot.sealing.process_keys import opening_keys
from bot.workflows import abandoning
from bot.workflows.abandoning import (
    NotAllGone,
)
from storage import audit, sealed_responses
from storage.engine import Storage
from tests.workflows.abandoned import (
    REASON,
    SEALED,
    abandon,
    key_of,
    nothing_is_left,
)
from tests.workflows.harming import closed, damage
from tests.workflows.office import ROUND, an_office

pytestmark = pytest.mark.sqlite_first("two that write at once alone run on both")


class Cut(Exception):
    """The process was killed here."""


async def killed(*given: object, **named: object) -> None:
    raise Cut


@pytest.mark.parametrize("again", ["the tally", "the command"])
@pytest.mark.parametrize(
    ("where", "step"),
    [
        ("bot.workflows.abandoning.destroy_answers", "after the decision"),
        ("storage.sealed_responses.destroy", "after the key"),
        ("storage.engine.Storage.tidy", "after the answers"),
        ("storage.sealing_keys.mark_destroyed", "before the end"),
    ],
)
async def test_an_abandoning_that_was_cut_short_is_finished(
    database_url: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    where: str,
    step: str,
    again: str,
) -> None:
    async with an_office(database_url, tmp_path) as office:
        await closed(office)
        await damage(office)
        key = await key_of(office)
        with monkeypatch.context() as patched:
            patched.setattr(where, killed)
            with pytest.raises(Cut):
                await abandon(office)
        assert (await office.view()).row.state is RoundState.ABANDONED
        if again == "the tally":
            assert await abandoning.finish(office.storage, office.opening, office.instruments) == [
                ROUND
            ]
        else:
            await abandon(office)
        await nothing_is_left(office, key)
        # Once more changes nothing.
        await abandon(office)
        await nothing_is_left(office, key)


async def test_before_the_decision_is_stored_nothing_is_destroyed(
    database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with an_office(database_url, tmp_path) as office:
        await closed(office)
        await damage(office)
        with monkeypatch.context() as patched:
            patched.setattr("storage.audit.append", killed)
            with pytest.raises(Cut):
                await abandon(office)
        assert (await office.view()).row.state is RoundState.CLOSED
        assert await abandoning.finish(office.storage, office.opening, office.instruments) == []
        assert await office.number(SEALED) == 12
        assert await key_of(office) in office.opening.ids()


async def test_as_long_as_a_copy_may_be_left_the_round_is_not_finished(
    sqlite_database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def in_the_way(self: Storage) -> bool:
        return False

    async with an_office(sqlite_database, tmp_path) as office:
        await closed(office)
        await damage(office)
        key = await key_of(office)
        with monkeypatch.context() as patched:
            patched.setattr(Storage, "tidy", in_the_way)
            with pytest.raises(NotAllGone):
                await abandon(office)
        assert await abandoning.finish(office.storage, office.opening, office.instruments) == [
            ROUND
        ]
        await nothing_is_left(office, key)


@pytest.mark.at_once
async def test_a_round_that_is_being_counted_is_not_abandoned(
    database_url: str, tmp_path: Path
) -> None:
    async with an_office(database_url, tmp_path) as office:
        await closed(office)
        await damage(office)
        key = await key_of(office)
        with opening_keys(tmp_path / "keys").held(key), pytest.raises(KeyInUse):
            await abandon(office)
        assert await office.number(SEALED) == 12
        await abandon(office)
        await nothing_is_left(office, key)


@pytest.mark.at_once
async def test_of_two_that_abandon_a_round_one_does(database_url: str, tmp_path: Path) -> None:
    async with an_office(database_url, tmp_path) as office:
        await closed(office)
        await damage(office)
        key = await key_of(office)
        other = opening_keys(shutil.copytree(tmp_path / "keys", tmp_path / "other"))
        outcomes = await asyncio.gather(
            *(
                abandoning.abandon(
                    office.storage,
                    keys,
                    office.instruments,
                    ROUND,
                    REASON,
                    office.clock,
                    "operator",
                )
                for keys in (office.opening, other)
            ),
            return_exceptions=True,
        )
        assert all(each is None or isinstance(each, RoundNotReady) for each in outcomes)
        assert None in outcomes
        await abandoning.finish(office.storage, office.opening, office.instruments)
        async with office.storage.read("look") as tx:
            acts = [each.entry.act for each in await audit.all(tx)]
            assert acts.count(abandoning.ACT) == 1
            assert await sealed_responses.count(tx, ROUND) == 0
        assert key not in {*office.opening.ids()} & {*other.ids()}


STOPS = """
import asyncio, sys
from bot.__main__ import main
from storage.engine import WriteTransaction

commit = WriteTransaction.commit

async def stop(self):
    if self.name == sys.argv[1]:
        print("here", flush=True)
        sys.stdin.read()
    await commit(self)

WriteTransaction.commit = stop
raise SystemExit(main(sys.argv[2:]))
"""
"""The command, which stops before one of its commits and waits for its end."""


@pytest.mark.parametrize(
    ("commit", "state"),
    [
        ("abandon round", RoundState.CLOSED),
        ("destroy answers", RoundState.ABANDONED),
        ("finish abandoned round", RoundState.ABANDONED),
    ],
)
async def test_a_command_that_was_killed_holds_up_nothing_and_is_done_again(
    database_url: str, tmp_path: Path, commit: str, state: RoundState
) -> None:
    async with an_office(database_url, tmp_path) as office:
        await closed(office)
        await damage(office)
        key = await key_of(office)
        typed = ("rounds", "abandon", ROUND, "--reason", REASON, "--yes", ROUND)
        child = await asyncio.create_subprocess_exec(
            *(sys.executable, "-c", STOPS, commit, *typed),
            env={
                **os.environ,
                "STANDEASY_DATABASE_URL": database_url,
                "STANDEASY_KEYS": str(tmp_path / "keys"),
            },
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
        )
        assert child.stdout is not None
        while (line := await child.stdout.readline()) != b"here\n":
            assert line
        child.kill()
        await child.communicate()
        assert (await office.view()).row.state is state
        await abandon(office)
        await nothing_is_left(office, key)
