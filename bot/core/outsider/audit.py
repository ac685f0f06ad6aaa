"""The audit: everything that was ever released, read as an outsider would."""

from collections import defaultdict
from collections.abc import Callable, Sequence

from bot.core.outsider.cells_over_time import attack_cells
from bot.core.outsider.findings import Account
from bot.core.outsider.over_time import Past, attack_history, too_soon
from bot.core.outsider.supervision import attack_supervision
from bot.core.outsider.told import Told
from bot.core.outsider.within import attack_release

Progress = Callable[[], None]


def audit(releases: Sequence[Told], done: Progress = lambda: None) -> Account:
    """Return what all releases together tell; `done` is called `steps_of` times on the way."""
    account = Account()
    by_instrument: dict[tuple[str, int], list[Told]] = defaultdict(list)
    for told in releases:
        attack_release(told, account)
        by_instrument[told.instrument].append(told)
        done()
    past = Past(releases)
    for history in by_instrument.values():
        too_soon(history, account)
        attack_history(history, past, account)
        attack_supervision(history, past, account)
        attack_cells(history, account)
        done()
    return account


def steps_of(releases: Sequence[Told]) -> int:
    """Return how often an audit of these says that it came further."""
    return len(releases) + len({told.instrument for told in releases})
