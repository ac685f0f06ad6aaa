"""What tests share of a round that is abandoned."""

from bot.core.rounds import RoundState
from bot.workflows import abandoning, trail
from storage import audit, sealing_keys
from storage.states import KeyState
from tests.workflows.office import ROUND, Office

REASON = "a disk went bad, and no backup has the row"
SEALED = f"SELECT count(*) FROM sealed_response WHERE round = '{ROUND}'"  # noqa: S608 - ours
MARKS = "SELECT count(*) FROM participation"


async def abandon(office: Office, *, key_lost: bool = False, round_id: str = ROUND) -> None:
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
    )


async def key_of(office: Office, round_id: str = ROUND) -> str:
    return (await office.view(round_id)).row.sealing_key


async def told(office: Office) -> list[str]:
    """Return what the trail tells of rounds that were abandoned."""
    async with office.storage.read("look") as tx:
        found = await audit.of_act_after(tx, abandoning.ACT, 0)
    return [each.entry.detail for each in found if each.entry.subject == f"round {ROUND}"]


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
