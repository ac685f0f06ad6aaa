"""The commands about rounds."""

from argparse import Namespace

from bot import wiring
from bot.admin import listing
from bot.admin.terminal import actor, asked, say
from bot.core.errors import StandEasyError
from bot.sealing.process_keys import opening_keys
from bot.web.words import day_in_words
from bot.wiring import Settings
from bot.workflows import abandoning, closing, rounds, steering, wordings
from bot.workflows.abandoning import ToBeLost

AT_ONCE = "at once, before everybody had the time to be written to"


async def list_(settings: Settings, given: Namespace) -> None:
    """List all rounds."""
    async with wiring.open_storage(settings) as storage:
        say(listing.rounds_as_text(await rounds.list_rounds(storage)))


async def open_(settings: Settings, given: Namespace) -> None:
    """Open today's round of a check-in."""
    async with wiring.open_storage(settings) as storage:
        known = wiring.instruments_by_key(wiring.read_packs(settings))
        round_id = await rounds.open_now(storage, known, given.check_in, wiring.utc_now, actor())
    say(f"Round {round_id} is open.")


async def pause(settings: Settings, given: Namespace) -> None:
    """Write to nobody about a round for now."""
    async with wiring.open_storage(settings) as storage:
        await steering.pause(storage, given.round, wiring.utc_now, actor())
    say(f"Round {given.round} is paused. Nobody is written to; answers are still taken.")


async def resume(settings: Settings, given: Namespace) -> None:
    """Let a paused round go on."""
    async with wiring.open_storage(settings) as storage:
        await steering.resume(storage, given.round, wiring.utc_now, actor())
    say(f"Round {given.round} goes on.")


async def extend(settings: Settings, given: Namespace) -> None:
    """Take answers to a round for longer."""
    async with wiring.open_storage(settings) as storage:
        await steering.extend(storage, given.round, given.until, wiring.utc_now, actor())
    say(f"Round {given.round} takes answers until the end of {given.until}.")


async def close(settings: Settings, given: Namespace) -> None:
    """Close a round before its time."""
    async with wiring.open_storage(settings) as storage:
        if given.at_once:
            await closing.close_now(storage, given.round, wiring.utc_now, actor(), AT_ONCE)
        else:
            await steering.close_early(storage, given.round, wiring.utc_now, actor())
    say(f"Round {given.round} is closed. Its result comes with the next tally.")


async def abandon(settings: Settings, given: Namespace) -> None:
    """Destroy the answers of a round that can never be released."""
    packs, keys = wiring.read_packs(settings), opening_keys(settings.keys)
    known = wiring.instruments_by_key(packs)
    async with wiring.open_storage(settings) as storage:
        # Under another wording, answers would only seem to be none.
        digests = wiring.digests_of(packs)
        await wordings.keep_in_force(storage, digests, actor(), wiring.utc_now)
        said = {"key_lost": given.key_lost, "unreadable": given.unreadable}
        lost = await abandoning.look(storage, keys, known, given.round, **said)
        say(_what_is_lost(lost))
        typed = given.yes
        if typed is None:
            typed = asked("Type the round's id to go on, anything else to leave it: ")
        if typed != given.round:
            raise AnotherRound(round=given.round)
        await abandoning.abandon(
            storage,
            keys,
            known,
            given.round,
            given.reason,
            wiring.utc_now,
            actor(),
            **said,
        )
    say(
        f"Round {given.round} is abandoned: its answers and its opening key are destroyed."
        " A backup of keys made before now may hold the key: delete it, and make a new one."
    )


class AnotherRound(StandEasyError):
    """That is not {round}: expected its id, letter by letter. Nothing was destroyed."""


def _what_is_lost(lost: ToBeLost) -> str:
    """Return what is asked about; never whether few or many answered."""
    round_ = f"{lost.title}, from {day_in_words(lost.opens_on)}"
    if lost.is_abandoned:
        return f"{round_}: abandoned before. What is left of it is destroyed now."
    return (
        f"{round_}, has no result: {lost.why}.\n"
        "Whatever was answered in it is destroyed for good, with the key that opens it. Nobody"
        " learns how many that were. There will never be a result, and no way back.\n"
        "If a backup has it whole, restore that instead: see docs/operations.md."
    )


COMMANDS = {
    "rounds list": list_,
    "rounds open": open_,
    "rounds pause": pause,
    "rounds resume": resume,
    "rounds extend": extend,
    "rounds close": close,
    "rounds abandon": abandon,
}
