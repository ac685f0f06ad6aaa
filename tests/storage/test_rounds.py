"""Rounds, sealing keys and sealed responses."""

import random
import secrets
from datetime import timedelta

import pytest

from bot.core.rounds import RoundState
from storage import rounds, sealed_responses, sealing_keys
from storage.engine import Storage
from storage.errors import NoSuchRow, RowRefused
from storage.rounds import Round
from storage.states import KeyState
from tests.storage.rows import LATER, NOW, TODAY, Key, a_round, opened


async def test_a_round_comes_back_as_it_was_opened(storage: Storage) -> None:
    async with storage.transaction("open") as tx:
        new = await opened(tx, units='{"units": []}', prompts_opened=1)
        assert await rounds.get(tx, new.id) == new
        assert await rounds.lock(tx, new.id) == new
        assert await rounds.lock_shared(tx, new.id) == new
        assert await rounds.get(tx, "nowhere") is None


async def test_a_check_in_opens_one_round_a_day_and_the_loser_keeps_no_key(
    storage: Storage,
) -> None:
    async with storage.transaction("open") as tx:
        for number in (1, 2):
            await sealing_keys.add(tx, Key(f"key-{number}"))
        first = await sealing_keys.take_unused(tx)
        assert first is not None
        assert await rounds.open(tx, a_round(sealing_key=first.id))
    async with storage.transaction("open") as tx:
        second = await sealing_keys.take_unused(tx)
        assert second is not None
        assert not await rounds.open(tx, a_round("round-2", sealing_key=second.id))
    async with storage.read("look") as look:
        assert [found.id for found in await rounds.all(look)] == ["round-1"]
        assert {key.id: key.state for key in await sealing_keys.all(look)} == {
            "key-1": KeyState.TAKEN,
            "key-2": KeyState.UNUSED,
        }


async def test_opening_again_with_the_same_key_does_not_give_it_back(storage: Storage) -> None:
    async with storage.transaction("open") as tx:
        new = await opened(tx)
        assert not await rounds.open(
            tx, a_round("round-2", check_in=new.check_in, sealing_key=new.sealing_key)
        )
        assert (await sealing_keys.counts(tx))[KeyState.TAKEN] == 1


async def test_two_rounds_never_share_a_key(storage: Storage) -> None:
    async with storage.transaction("open") as tx:
        new = await opened(tx)
    with pytest.raises(RowRefused, match="sealing_key"):
        async with storage.transaction("open") as tx:
            await rounds.open(tx, a_round("round-2", sealing_key=new.sealing_key))


async def test_rounds_are_found_by_state_and_by_check_in(storage: Storage) -> None:
    async with storage.transaction("open") as tx:
        new = await opened(tx, "a", opens_on=TODAY)
        await opened(tx, "b", opens_on=TODAY - timedelta(days=7), state=RoundState.CLOSED)
        await sealing_keys.add(tx, Key("another"))
        later = a_round(
            "c",
            check_in=new.check_in,
            opens_on=TODAY + timedelta(days=28),
            sealing_key="another",
            state=RoundState.SHREDDED,
        )
        assert await rounds.open(tx, later)

        def ids(found: list[Round]) -> list[str]:
            return [each.id for each in found]

        assert ids(await rounds.all(tx)) == ["b", "a", "c"]
        assert ids(await rounds.in_state(tx, RoundState.OPEN)) == ["a"]
        assert ids(await rounds.in_state(tx, RoundState.OPEN, RoundState.CLOSED)) == ["b", "a"]
        assert ids(await rounds.in_state(tx, RoundState.RELEASED)) == []
        assert await rounds.latest_for(tx, new.check_in) == later
        assert await rounds.latest_for(tx, "none such") is None


async def test_a_round_moves_on_and_keeps_when_it_was_released(storage: Storage) -> None:
    async with storage.transaction("move") as tx:
        await opened(tx)
        await rounds.set_prompts_opened(tx, "round-1", 3)
        await rounds.set_state(tx, "round-1", RoundState.RELEASED, released_at=NOW)
        await rounds.set_state(tx, "round-1", RoundState.SHREDDED)
        found = await rounds.get(tx, "round-1")
    assert found is not None
    assert (found.state, found.released_at, found.prompts_opened) == (RoundState.SHREDDED, NOW, 3)


async def test_a_round_that_is_not_there_cannot_be_locked_or_moved(storage: Storage) -> None:
    async with storage.transaction("move") as tx:
        for act in (
            rounds.lock(tx, "nowhere"),
            rounds.lock_shared(tx, "nowhere"),
            rounds.set_state(tx, "nowhere", RoundState.CLOSED),
            rounds.set_prompts_opened(tx, "nowhere", 1),
        ):
            with pytest.raises(NoSuchRow, match="no round nowhere"):
                await act


async def test_the_pool_of_keys_runs_dry_key_by_key(storage: Storage) -> None:
    async with storage.transaction("keys") as tx:
        for name in ("one", "two"):
            await sealing_keys.add(tx, Key(name, secrets.token_bytes(1216)))
        taken = [await sealing_keys.take_unused(tx) for _ in range(3)]
        assert [key and key.id for key in taken] == ["one", "two", None]
        assert [key and key.state for key in taken] == [KeyState.TAKEN, KeyState.TAKEN, None]
        await sealing_keys.mark_destroyed(tx, "one")
        assert await sealing_keys.counts(tx) == {
            KeyState.UNUSED: 0,
            KeyState.TAKEN: 1,
            KeyState.DESTROYED: 1,
        }
        assert await sealing_keys.get(tx, "three") is None
        assert [key.id for key in await sealing_keys.all(tx)] == ["one", "two"]


async def test_sealed_responses_come_in_chunks_each_once_and_by_round(storage: Storage) -> None:
    async with storage.transaction("answer") as tx:
        stored: dict[str, list[bytes]] = {"round-1": [], "round-2": []}
        for round_id, ciphertexts in stored.items():
            await opened(tx, round_id)
            for _ in range(7):
                ciphertexts.append(secrets.token_bytes(1392))
                await sealed_responses.add(tx, secrets.token_bytes(16), round_id, ciphertexts[-1])
        for size in (1, 3, 7, 100):
            chunks = [chunk async for chunk in sealed_responses.in_chunks(tx, "round-1", size)]
            assert all(len(chunk) == size for chunk in chunks[:-1])
            assert sorted(c for chunk in chunks for c in chunk) == sorted(stored["round-1"])
        assert await sealed_responses.count(tx, "round-1") == 7
        assert await sealed_responses.destroy(tx, "round-1") == 7
        assert await sealed_responses.count(tx, "round-1") == 0
        assert await sealed_responses.count(tx, "round-2") == 7
        assert [c async for c in sealed_responses.in_chunks(tx, "round-1", 3)] == []


async def test_stirring_changes_ids_and_order_and_nothing_else(
    storage: Storage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sealed_responses, "_CHUNK", 10)
    source = random.Random(7)  # noqa: S311 - the same order in every run

    async def ciphertexts(round_id: str) -> list[bytes]:
        async with storage.read("look") as look:
            found = [c async for c in sealed_responses.in_chunks(look, round_id, 10)]
        return [c for chunk in found for c in chunk]

    async with storage.transaction("answer") as tx:
        for round_id in ("round-1", "round-2"):
            await opened(tx, round_id)
            for number in range(35):
                ciphertext = number.to_bytes(2, "big") * 696
                await sealed_responses.add(tx, source.randbytes(16), round_id, ciphertext)
    before, other = await ciphertexts("round-1"), await ciphertexts("round-2")
    async with storage.transaction("stir") as tx:
        assert await sealed_responses.stir(tx, "round-1", source.randbytes) == 35
    after = await ciphertexts("round-1")
    assert after != before
    assert sorted(after) == sorted(before)
    assert await ciphertexts("round-2") == other


async def test_stirring_an_empty_round_is_nothing(storage: Storage) -> None:
    async with storage.transaction("stir") as tx:
        await opened(tx)
        assert await sealed_responses.stir(tx, "round-1", secrets.token_bytes) == 0


async def test_rounds_are_listed_without_what_is_large_of_them(storage: Storage) -> None:
    async with storage.transaction("fill") as tx:
        for day in range(4):
            await opened(tx, f"round-{day}", opens_on=TODAY + timedelta(days=day))
        await rounds.set_paused(tx, "round-1", NOW)
        await rounds.set_closes_at(tx, "round-1", LATER)
        for at, each in ((NOW, "round-2"), (LATER, "round-3")):
            await rounds.set_state(tx, each, RoundState.CLOSED)
            await rounds.set_state(tx, each, RoundState.RELEASED, at)
    async with storage.read("look") as tx:
        both = (RoundState.OPEN, RoundState.RELEASED)
        listed = await rounds.listed(tx, *both, most=3)
        assert [each.id for each in listed] == ["round-3", "round-2", "round-1"]
        assert (listed[2].paused_at, listed[2].closes_at) == (NOW, LATER)
        assert [each.id for each in await rounds.listed(tx, *both, most=3, skip=3)] == ["round-0"]
        assert await rounds.known(tx, ["round-0", "round-9"]) == {"round-0"}
        assert await rounds.ids(tx) == [f"round-{day}" for day in range(4)]
        closes = await rounds.last_closes(tx, RoundState.RELEASED)
        assert closes.keys() == {"pulse of round-2", "pulse of round-3"}
        assert (await rounds.last_closes(tx, *RoundState))["pulse of round-1"] == LATER
        assert await rounds.number_by_state(tx) == {"open": 2, "released": 2}
        assert await rounds.last_releases(tx) == {
            "pulse of round-2": NOW,
            "pulse of round-3": LATER,
        }


async def test_what_is_not_there_is_neither_paused_nor_moved(storage: Storage) -> None:
    for change in (rounds.set_paused, rounds.set_closes_at):
        with pytest.raises(NoSuchRow):
            async with storage.transaction("steer") as tx:
                await change(tx, "round-9", NOW)
