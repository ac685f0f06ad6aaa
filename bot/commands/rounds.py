"""The commands about rounds."""

from argparse import Namespace

from bot import wiring
from bot.admin import listing
from bot.admin.terminal import actor, say
from bot.wiring import Settings
from bot.workflows import closing, rounds, steering

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


COMMANDS = {
    "rounds list": list_,
    "rounds open": open_,
    "rounds pause": pause,
    "rounds resume": resume,
    "rounds extend": extend,
    "rounds close": close,
}
