"""What two cuts of nearly the same people tell of those few who make the difference.

Cells of a cut by role or by length of service are people, and nobody knows where. But if the
same cut is shown of two sets of teams that differ by a few heads, each cell differs by some of
those few: also of people who left, of whom groups are allowed to tell what they tell.
"""

from collections.abc import Iterator, Sequence
from datetime import timedelta
from itertools import combinations

from bot.core.outsider.attack import Attack, carry_out
from bot.core.outsider.findings import Account
from bot.core.outsider.over_time import around_of, counting, last_heads, statements_of
from bot.core.outsider.told import FLOOR_HEADS, Cells, Teams, Told
from bot.core.outsider.within import named

REMEMBERED = timedelta(days=365)


def attack_cells(releases: Sequence[Told], account: Account) -> None:
    """Add what cuts of one instrument tell of a few, beside what everything else tells of them."""
    for earlier, later in combinations(releases, 2):
        window = (earlier, later)
        count = counting(last_heads(window))
        few = {
            teams: f"somebody in {named(teams)}"
            for teams in _differences(earlier, later)
            if 0 < count(teams) < FLOOR_HEADS
        }
        if not few or not _within_a_year(earlier, later):
            continue
        account.windows += 1
        statements = statements_of(window)
        carry_out(
            Attack(
                rounds=(earlier.round_id, later.round_id),
                statements=statements,
                heads=count,
                small=few,
                shown={teams: name for told in window for teams, name in told.shown.items()},
                around=around_of(window, count),
                counted=lambda _: 0,
                prompts=max(told.prompts for told in window),
                over_time=True,
                anyway=[said for said in statements if not isinstance(said, Cells)],
            ),
            account,
        )


def _differences(earlier: Told, later: Told) -> Iterator[Teams]:
    for one in _cuts(earlier):
        for other in _cuts(later):
            if one.by == other.by:
                yield one.teams - other.teams
                yield other.teams - one.teams


def _cuts(told: Told) -> list[Cells]:
    return [said for said in told.statements if isinstance(said, Cells)]


def _within_a_year(earlier: Told, later: Told) -> bool:
    if earlier.released_on is None or later.released_on is None:
        return True
    return later.released_on - earlier.released_on < REMEMBERED
