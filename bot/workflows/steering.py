"""Steering rounds from the dashboard: what the officers' process does when it is asked to."""

from collections.abc import Mapping

from bot.workflows import closing, rounds
from bot.workflows.catalogue import Instruments
from bot.workflows.errands import Errand, Handler, Kind
from bot.workflows.moment import Now
from storage.engine import Storage


def handlers(storage: Storage, instruments: Instruments, now: Now) -> Mapping[Kind, Handler]:
    """Return what does each errand about rounds; its subject is a check-in, or a round."""

    async def open_round(errand: Errand) -> str:
        round_id = await rounds.open_now(storage, instruments, errand.subject, now, errand.by)
        return f"The round {round_id} is open. Its invitations go out at each officer's moment."

    async def close_round(errand: Errand) -> str:
        await closing.close_now(storage, errand.subject, now, errand.by)
        return f"The round {errand.subject} is closed. Its result comes when it would have come."

    return {Kind.OPEN_ROUND: open_round, Kind.CLOSE_ROUND: close_round}
