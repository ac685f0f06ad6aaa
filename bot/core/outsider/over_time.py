"""What several releases tell together, if the same teams answered the same in all of them.

That is the outsider's best case: people who answer anew each time only blur it. Where it cannot
be (no answers agree with all releases), the outsider sees that it cannot, and has learnt
nothing. Looked at are *windows* of releases of one instrument: those in which their groups cut
out fewer than fifteen heads, and those in which the groups changed at all, as long as can be.
"""

from collections.abc import Iterable, Iterator, Sequence
from itertools import combinations, product

from bot.core.outsider.attack import Attack, carry_out
from bot.core.outsider.findings import Account, Kind
from bot.core.outsider.model import parts_of
from bot.core.outsider.told import FLOOR_HEADS, Statement, Teams, Told, with_teams
from bot.core.outsider.within import groups_around, named, small_groups

DAYS_APART = 28


def attack_history(releases: Sequence[Told], account: Account) -> None:
    """Add what the releases of one instrument tell together, oldest first."""
    speaking = [told for told in releases if told.statements]
    for window in windows_that_cut(speaking):
        _attack_window(window, account, with_units=False)
    for window in windows_that_hold(speaking):
        _attack_longest(window, account)
    for earlier, later in combinations(speaking, 2):
        for pair in with_new_names(earlier, later):
            _attack_window(pair, account, with_units=False)


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


def windows_that_cut(releases: Sequence[Told]) -> Iterator[tuple[Told, ...]]:
    """Yield windows in which groups cut out fewer than fifteen heads that no shorter one does:
    pairs of releases, and runs that end with the later one."""
    for end in range(1, len(releases)):
        last = releases[end]
        seen: set[Teams] = set(small_parts((last,)))
        run: list[Told] = [last]
        for begin in range(end - 1, -1, -1):
            run.insert(0, releases[begin])
            alone = set(small_parts((releases[begin],)))
            pair = set(small_parts((releases[begin], last))) - alone - seen
            if pair:
                yield (releases[begin], last)
            wide = set(small_parts(run)) - alone - pair - seen
            if wide:
                yield tuple(run)
            seen |= alone | pair | wide


def windows_that_hold(releases: Sequence[Told]) -> Iterator[tuple[Told, ...]]:
    """Yield the whole history, when its groups ever changed."""
    if len({frozenset(told.shown) for told in releases}) > 1:
        yield tuple(releases)


def small_parts(window: Sequence[Told]) -> list[Teams]:
    """Return the parts of under fifteen heads into which the groups of a window cut the teams."""
    sets = dict.fromkeys(teams for told in window for teams in told.shown)
    heads = last_heads(window)
    parts = parts_of(list(sets), lambda teams: sum(heads[team] for team in teams))
    return [part.teams for part in parts if 0 < part.heads < FLOOR_HEADS]


def last_heads(window: Iterable[Told]) -> dict[str, int]:
    """Return the heads of every team when a round of the window last asked it."""
    return {team: heads for told in window for team, heads in told.heads.items()}


def _attack_longest(window: Sequence[Told], account: Account) -> None:
    """Attack a window; where it is refuted, its halves."""
    before = account.refuted
    _attack_window(window, account, with_units=True)
    if account.refuted > before and len(window) > 2:
        middle = len(window) // 2
        for half in (window[:middle], window[middle:]):
            if len(half) > 1 and len({frozenset(told.shown) for told in half}) > 1:
                _attack_longest(half, account)


def _attack_window(window: Sequence[Told], account: Account, *, with_units: bool) -> None:
    account.windows += 1
    heads = last_heads(window)

    def count(teams: Iterable[str]) -> int:
        return sum(heads.get(team, 0) for team in teams)

    carry_out(
        Attack(
            rounds=tuple(told.round_id for told in window),
            statements=_statements(window),
            heads=count,
            small=small_groups(window[-1]) if with_units else {},
            shown={teams: name for told in window for teams, name in told.shown.items()},
            around={
                teams: sets
                for teams, sets in _around(window).items()
                if count(teams) >= FLOOR_HEADS
            },
            prompts=max(told.prompts for told in window),
            over_time=True,
        ),
        account,
    )


def _statements(window: Sequence[Told]) -> list[Statement]:
    return list(dict.fromkeys(said for told in window for said in told.statements))


def _around(window: Sequence[Told]) -> dict[Teams, tuple[Teams, ...]]:
    """Return the groups that are shown and their differences, with what each is made of."""
    around: dict[Teams, tuple[Teams, ...]] = {}
    shown = dict.fromkeys(teams for told in window for teams in told.shown)
    for one, other in product(shown, shown):
        if other < one:
            around[one - other] = (one - other, one, other)
    for told in window:
        around |= groups_around(told)
    return around


# --- New names ----------------------------------------------------------------------------


def with_new_names(earlier: Told, later: Told) -> Iterator[tuple[Told, Told]]:
    """Yield two releases as they read if new teams hold the people of vanished ones.

    Two groups that share teams, one with new teams beside them, the other with vanished ones:
    where the new are a few heads more or less, those few would be what tells them apart.
    """
    vanished, new = earlier.heads.keys() - later.heads.keys(), later.heads.keys() - earlier.heads
    if not vanished or not new:
        return
    tried: set[tuple[Teams, Teams]] = set()
    for one, other in product(earlier.shown, later.shown):
        gone, come = one - other, other - one
        if not (gone and come and gone <= vanished and come <= new) or (gone, come) in tried:
            continue
        tried.add((gone, come))
        more = later.heads_of(come) - earlier.heads_of(gone)
        if 0 < abs(more) < FLOOR_HEADS:
            few = "somebody new, or gone, beside " + named(gone)
            if more > 0:
                yield earlier, with_teams(later, come, gone | {few}, {few: more}, earlier.heads)
            else:
                yield with_teams(earlier, gone, come | {few}, {few: -more}, later.heads), later
