"""What several releases tell together, if the same teams answered the same in all of them.

That is the outsider's best case: people who answer anew each time only blur it. Where it cannot
be (no answers agree with all releases), the outsider sees that it cannot, and has learnt
nothing. Looked at are *windows* of releases of one instrument in which the groups cut out fewer
than fifteen heads, and pairs in which new teams may be vanished ones but for so few. Everything
that is told of teams in a larger part is told of the part, as if it were a group.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import timedelta
from functools import cached_property
from itertools import combinations, product
from typing import TypeAlias

from bot.core.outsider.attack import Attack, carry_out
from bot.core.outsider.findings import Account, Kind
from bot.core.outsider.model import parts_of
from bot.core.outsider.told import FLOOR_HEADS, Statement, Teams, Told, with_teams
from bot.core.outsider.within import groups_around, named

DAYS_APART = 28
FEWEST_SUPERVISORS = 3
YEAR = timedelta(days=365)
Count: TypeAlias = Callable[[Iterable[str]], int]


class Past:
    """Which teams there were, as far as releases of all check-ins tell."""

    def __init__(self, releases: Sequence[Told]) -> None:
        self._releases = releases
        self._at = {told.round_id: number for number, told in enumerate(releases)}
        self._first: dict[str, int] = {}
        for number, told in enumerate(releases):
            for team in told.heads:
                self._first.setdefault(team, number)

    def is_new(self, team: str, told: Told) -> bool:
        """Whether no release before this one named a team."""
        return self._first[team] == self._at[told.round_id]

    def last_heads(self, told: Told) -> dict[str, int]:
        """Return the heads of every team when a round before this one last asked it."""
        return last_heads(self._releases[: self._at[told.round_id]])

    def floor(self, told: Told) -> Count:
        """Return what counts the heads that decide whether a part is under the floor.

        Each team counts with the most heads it had until a release, where of every year only the
        fewest count: a team that is written up for one round has not grown. Nobody counts when
        all of a part's teams are gone: its people left, or count where they are now.
        """
        most = self._most[self._at[told.round_id]]

        def count(teams: Iterable[str]) -> int:
            listed = list(teams)
            return sum(most[team] for team in listed) if told.there.intersection(listed) else 0

        return count

    def supervisors(self, told: Told) -> Count:
        """Return what counts the supervisors that decide whether there are enough of them."""
        most = self._most_supervisors[self._at[told.round_id]]

        def count(teams: Iterable[str]) -> int:
            listed = list(teams)
            there = told.there.intersection(listed)
            return sum(most.get(team, 0) for team in listed) if there else 0

        return count

    @cached_property
    def _most(self) -> list[dict[str, int]]:
        return self._most_of(lambda each: (each.heads_there, each.heads))

    @cached_property
    def _most_supervisors(self) -> list[dict[str, int]]:
        return self._most_of(lambda each: (each.supervisors,))

    def _most_of(
        self, numbers: Callable[[Told], Iterable[Mapping[str, int]]]
    ) -> list[dict[str, int]]:
        """For each release the most of teams until then, where of every year the fewest count."""
        found: list[dict[str, int]] = []
        most: dict[str, int] = {}
        for number, told in enumerate(self._releases):
            year = [each for each in self._releases[: number + 1] if _within_a_year(each, told)]
            fewest: dict[str, int] = {}
            for each in year:
                for listed in numbers(each):
                    for team, here in listed.items():
                        fewest[team] = min(here, fewest.get(team, here))
            most = {**most, **{team: max(few, most.get(team, 0)) for team, few in fewest.items()}}
            found.append(most)
        return found


def _within_a_year(earlier: Told, later: Told) -> bool:
    if earlier.released_on is None or later.released_on is None:
        return True
    return earlier.released_on > later.released_on - YEAR


def attack_history(releases: Sequence[Told], past: Past, account: Account) -> None:
    """Add what the releases of one instrument tell together, oldest first."""
    speaking = [told for told in releases if told.statements]
    for window in windows_that_cut(speaking, past.floor):
        attack_window(window, past.floor(window[-1]), account)
    for earlier, later in combinations(speaking, 2):
        new = frozenset(team for team in later.heads if past.is_new(team, later))
        for pair, few in with_new_names(earlier, later, new, past.last_heads(later)):
            # Somebody who would be told apart; all others are looked at under their own names.
            attack_window(pair, _only(few), account)


def too_soon(releases: Sequence[Told], account: Account) -> None:
    """Add releases of one instrument about some of the same teams, less than 28 days apart."""
    for earlier, later in combinations(releases, 2):
        if earlier.released_on is None or later.released_on is None:
            continue
        days = abs((later.released_on - earlier.released_on).days)
        if days < DAYS_APART and earlier.heads.keys() & later.heads.keys():
            account.add(
                Kind.TOO_SOON,
                (earlier.round_id, later.round_id),
                "the teams that both ask",
                f"two results about the same people {days} days apart",
            )


# --- Windows ------------------------------------------------------------------------------


def windows_that_cut(
    releases: Sequence[Told], counting: Callable[[Told], Count], fewest: int = FLOOR_HEADS
) -> Iterator[tuple[Told, ...]]:
    """Yield windows in which groups cut out fewer than fifteen heads, or whatever is counted: all
    pairs of releases in which neither alone does, and runs of them in which nothing shorter
    does."""
    for end in range(1, len(releases)):
        last = releases[end]
        count = counting(last)
        own = small_parts((last,), count, fewest)
        seen: set[Teams] = set()
        run: list[Told] = [last]
        for begin in range(end - 1, -1, -1):
            run.insert(0, releases[begin])
            alone = small_parts((releases[begin],), count, fewest)
            pair = small_parts((releases[begin], last), count, fewest) - alone - own
            if pair:
                yield (releases[begin], last)
            seen |= alone | own | pair
            wide = small_parts(run, count, fewest) - seen
            if wide:
                yield tuple(run)
            seen |= wide


def small_parts(window: Sequence[Told], count: Count, fewest: int = FLOOR_HEADS) -> set[Teams]:
    """Return the parts of under fifteen heads into which the groups of a window cut the teams."""
    sets = dict.fromkeys(teams for told in window for teams in told.shown)
    parts = parts_of(list(sets), count)
    return {part.teams for part in parts if 0 < part.heads < fewest}


def last_heads(window: Iterable[Told]) -> dict[str, int]:
    """Return the heads of every team when a round of the window last asked it."""
    return {team: heads for told in window for team, heads in told.heads.items()}


def attack_window(
    window: Sequence[Told], floor: Count, account: Account, supervisors: Count | None = None
) -> None:
    """Add what several releases tell together of parts under a floor: of heads, or of
    supervisors."""
    account.windows += 1
    count = counting(last_heads(window))
    carry_out(
        Attack(
            rounds=tuple(told.round_id for told in window),
            statements=statements_of(window),
            heads=count,
            small={},
            shown={teams: name for told in window for teams, name in told.shown.items()},
            around={
                teams: sets
                for teams, sets in around_of(window, count).items()
                if supervisors is None or supervisors(teams) >= FEWEST_SUPERVISORS
            },
            counted=supervisors or floor,
            fewest=FLOOR_HEADS if supervisors is None else FEWEST_SUPERVISORS,
            of_supervisors=supervisors is not None,
            prompts=max(told.prompts for told in window),
            over_time=True,
        ),
        account,
    )


def counting(heads: Mapping[str, int]) -> Count:
    """Return what counts the heads of teams."""
    return lambda teams: sum(heads.get(team, 0) for team in teams)


def _only(few: str) -> Count:
    return lambda teams: 1 if few in teams else 0


def statements_of(window: Sequence[Told]) -> list[Statement]:
    """Return everything that is said, once."""
    return list(dict.fromkeys(said for told in window for said in told.statements))


def around_of(window: Sequence[Told], count: Count) -> dict[Teams, tuple[Teams, ...]]:
    """Return the groups of fifteen heads that are shown and their differences, with what each is
    made of."""
    around: dict[Teams, tuple[Teams, ...]] = {}
    shown = dict.fromkeys(teams for told in window for teams in told.shown)
    for one, other in product(shown, shown):
        if other < one:
            around[one - other] = (one - other, one, other)
    for told in window:
        around |= groups_around(told)
    return {teams: sets for teams, sets in around.items() if count(teams) >= FLOOR_HEADS}


# --- New names ----------------------------------------------------------------------------


def with_new_names(
    earlier: Told, later: Told, new: Teams, heads: Mapping[str, int]
) -> Iterator[tuple[tuple[Told, Told], str]]:
    """Yield two releases as they read if new teams hold the people of vanished ones, and the
    name under which those few stand who make the difference.

    Two groups that share teams, one with new teams beside them, the other with vanished ones:
    where the new are a few heads more or less, those few would be what tells them apart.
    """
    vanished = earlier.heads.keys() - later.there
    if not vanished or not new:
        return
    tried: set[tuple[Teams, Teams]] = set()
    for one, other in product(earlier.shown, later.shown):
        gone, come = one - other, other - one
        if not (gone and come and gone <= vanished and come <= new) or (gone, come) in tried:
            continue
        tried.add((gone, come))
        more = later.heads_of(come) - sum(heads[team] for team in gone)
        if 0 < abs(more) < FLOOR_HEADS:
            few = "somebody new, or gone, beside " + named(gone)
            if more > 0:
                yield (
                    (earlier, with_teams(later, come, gone | {few}, {few: more}, earlier.heads)),
                    few,
                )
            else:
                yield (
                    (with_teams(earlier, gone, come | {few}, {few: -more}, later.heads), later),
                    few,
                )
