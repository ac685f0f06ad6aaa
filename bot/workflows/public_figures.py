"""Public figures: drawn once, in the transaction of the release, and read for ever after.

The ledger of a year's budget is what was drawn in it. A recount never draws: noise drawn
again would tell more than was paid for. Without the extra `[dp]` nothing is drawn.
"""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.util import find_spec

from bot.core.audit import AuditEntry
from bot.core.calendar import local_day
from bot.core.disclosure.engine import RoundFacts
from bot.core.disclosure.public_figures import PublicFigures, draw_figures, read_figures
from bot.core.errors import StandEasyError
from bot.core.tabulation import UnsafeTable
from bot.workflows.catalogue import RoundInView
from bot.workflows.moment import TICKER, Now
from storage import audit, public_figures
from storage.engine import Storage, WriteTransaction

log = logging.getLogger(__name__)


class NoNoise(StandEasyError):
    """Public figures need the extra [dp], which is not installed."""

    hint = "Install it, or take public_figures out of the programme's disclosure settings."


class NoPublicFigures(StandEasyError):
    """The round {round} has no public figures."""


def check_noise() -> None:
    """Raise `NoNoise` where noise could not be drawn."""
    if find_spec("opendp") is None:
        raise NoNoise


def discrete_laplace(counts: Sequence[int], scale: int) -> list[int]:
    """Return the counts with OpenDP's exact discrete Laplace noise on each."""
    check_noise()
    # Large and slow to import, and wanted by few: nothing else may load it.
    import opendp.prelude as dp

    dp.enable_features("contrib")
    space = dp.vector_domain(dp.atom_domain(T=int)), dp.l1_distance(T=int)
    return [int(count) for count in dp.m.make_laplace(*space, scale=float(scale))(list(counts))]


async def draw(
    tx: WriteTransaction, table: UnsafeTable, view: RoundInView, about: RoundFacts, now: Now
) -> None:
    """Draw and store the public figures of a round that is being released.

    Nothing where the programme asks for none or the round was drawn before. A budget that is
    used up, or a missing extra, is logged and holds up no release.
    """
    wanted = view.programme.disclosure.public_figures
    # What some teams answered is no figure of the force.
    teams = {team.id for team in view.programme.force.teams}
    if wanted is None or view.programme.audience_of(view.check_in) != teams:
        return
    await public_figures.queue(tx)
    if await public_figures.of_round(tx, view.id) is not None:
        return
    year = local_day(now(), view.timezone).year
    used = await public_figures.used(tx, year)
    subject = f"round {view.id}"
    if used + wanted.per_release > wanted.per_year:
        detail = f"the budget of {year} is used up: {in_epsilon(used)} of {wanted.epsilon_per_year}"
        log.warning("no public figures of the round %s: %s", view.id, detail)
        await audit.append(tx, AuditEntry(TICKER, "no public figures", subject, detail), now())
        return
    try:
        figures = draw_figures(
            table,
            view.units,
            about,
            prompts=len(view.plan.prompts),
            epsilon=wanted.per_release,
            year=year,
            noise=discrete_laplace,
        )
    except NoNoise as error:
        log.error("no public figures of the round %s: %s %s", view.id, error, error.hint)
        return
    if figures is not None:
        await public_figures.append(tx, figures)
        detail = f"epsilon {in_epsilon(figures.epsilon)}, {figures.hash.hex()}"
        await audit.append(tx, AuditEntry(TICKER, "public figures", subject, detail), now())


def in_epsilon(thousandths: int) -> str:
    """Return an amount of budget as it is written."""
    return f"{thousandths / 1000:g}"


@dataclass(frozen=True, slots=True)
class Drawn:
    """All public figures, newest first, and what each year has used, in thousandths."""

    figures: tuple[PublicFigures, ...]
    used: tuple[tuple[int, int], ...]


class DrawnFigures:
    """What the pages for leads can ask for: figures that were drawn, and nothing else."""

    def __init__(self, storage: Storage) -> None:
        self._storage = storage

    async def all(self) -> Drawn:
        """Return everything that was drawn; raises `DamagedFigures`."""
        return await all_drawn(self._storage)


async def all_drawn(storage: Storage) -> Drawn:
    """Return everything that was drawn; raises `DamagedFigures`."""
    async with storage.read("public figures") as tx:
        stored = await public_figures.all(tx)
    found = [read_figures(each.content, each.hash, each.round) for each in reversed(stored)]
    years = sorted({figures.year for figures in found}, reverse=True)
    used = [(year, sum(each.epsilon for each in found if each.year == year)) for year in years]
    return Drawn(tuple(found), tuple(used))


async def figures_of(storage: Storage, round_id: str) -> PublicFigures:
    """Return the public figures of a round; raises `NoPublicFigures` and `DamagedFigures`."""
    async with storage.read("public figures") as tx:
        stored = await public_figures.of_round(tx, round_id)
    if stored is None:
        raise NoPublicFigures(round=round_id)
    return read_figures(stored.content, stored.hash, stored.round)
