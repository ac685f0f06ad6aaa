"""What tests share of a round that is abandoned."""

from bot.core.rounds import RoundState
from bot.workflows import abandoning, report, trail
from storage import audit, sealed_responses, sealing_keys
from storage.states import KeyState
from tests.station import Station
from tests.workflows.office import ROUND, Office

REASON = "a disk went bad, and no backup has the row"
SEALED = f"SELECT count(*) FROM sealed_response WHERE round = '{ROUND}'"  # noqa: S608 - ours
MARKS = "SELECT count(*) FROM participation"


async def abandon(
    office: Office, *, key_lost: bool = False, unreadable: bool = False, round_id: str = ROUND
) -> None:
    """Abandon the round, as the command does."""
    await abandoning.abandon(
        office.storage,
        office.opening,
        office.instruments,
        round_id,
        REASON,
        office.clock,
        "operator",
        key_lost=key_lost,
        unreadable=unreadable,
    )


async def key_of(office: Office, round_id: str = ROUND) -> str:
    return (await office.view(round_id)).row.sealing_key


async def told(office: Office) -> list[str]:
    """Return what the trail tells of rounds that were abandoned."""
    async with office.storage.read("look") as tx:
        found = [each.entry for each in await audit.all(tx)]
    about = (abandoning.ACT, f"round {ROUND}")
    return [each.detail for each in found if (each.act, each.subject) == about]


async def nothing_is_left(office: Office, key: str) -> None:
    """Check that the round is abandoned, and all of it gone."""
    row = await office.round()
    assert row is not None
    assert (row.state, row.released_at) == (RoundState.ABANDONED, None)
    assert await office.number(SEALED) == await office.number(MARKS) == 0
    assert key not in office.opening.ids()
    async with office.storage.read("look") as tx:
        stored = await sealing_keys.get(tx, key)
    assert stored is not None
    assert stored.state is KeyState.DESTROYED
    assert (await trail.read_trail(office.storage)).broken is None
    assert len(await told(office)) == 1


async def abandoned_on(station: Station) -> str:
    """Close a station's round with a row that never opens, and abandon it; return its id."""
    assembly, clock = station.assembly, station.clock
    waiting = (await report.results(assembly.storage, clock)).upcoming
    round_id = next(each.round_id for each in waiting if each.round_id)
    async with assembly.storage.transaction("spoil") as tx:
        await sealed_responses.add(tx, bytes(16), round_id, bytes(1392))
    assert await station.close_round() == round_id
    assert assembly.opening_keys is not None
    await abandoning.abandon(
        assembly.storage,
        assembly.opening_keys,
        assembly.instruments,
        round_id,
        REASON,
        clock,
        "operator",
    )
    await station.tick()
    return round_id
