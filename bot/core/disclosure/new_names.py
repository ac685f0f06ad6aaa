"""New names: a group of teams that no release has named may be one that was shown before."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from itertools import product

from bot.core.disclosure.earlier import Teams
from bot.core.disclosure.ledger import Candidate, Ledger


def left_over(candidates: Sequence[Candidate], among: Teams) -> list[tuple[Candidate, Teams]]:
    """Return the groups that hold some of these teams outside the groups inside them, with all
    that those groups leave over."""
    found = []
    holding: dict[str, list[Teams]] = defaultdict(list)
    for each in candidates:
        for team in each.teams:
            holding[team].append(each.teams)
    for each in candidates:
        if each.teams & among:
            # Whatever lies inside holds one of its teams: no need to look at all the others.
            near = {other for team in each.teams for other in holding[team]}
            inside = [other for other in near if other < each.teams]
            rest = each.teams.difference(*inside)
            if inside and rest & among:
                found.append((each, rest))
    return found


def withheld_for_new_names(
    ledger: Ledger, candidates: Sequence[Candidate], today: Mapping[str, int], least: int
) -> frozenset[str]:
    """Return the groups with new teams that may be a shown group under other names, but for few.

    Teams that no release has named may be the people of teams that are gone. Then a group that
    holds them differs from one that held the others by what they are apart, and by teams that
    are in one of the two alone: together not 1 to `least` - 1 heads. What a group leaves over
    beside the groups inside it is held against those that were shown as well. Once named by a
    release, a team is no longer new.
    """
    new_teams = frozenset(team for each in candidates for team in each.teams)
    new_teams -= ledger.last_heads.keys()
    if not new_teams:
        return frozenset()
    coming = [each for each in candidates if each.teams & new_teams]
    coming += [Candidate(each.id, rest) for each, rest in left_over(candidates, new_teams)]
    # Only groups whose heads are near each other can differ by so few.
    near: dict[tuple[int, int], list[tuple[Teams, int]]] = defaultdict(list)
    for group in ledger.groups:
        stay = group & today.keys()
        if stay != group:
            gone = sum(ledger.last_heads[team] for team in group - stay)
            place = (ledger.heads(stay, today) // least, gone // least)
            near[place].append((stay, gone))
    withheld = set()
    for each in coming:
        known = each.teams & ledger.last_heads.keys()
        new = sum(today.get(team, 0) for team in each.teams - known)
        column, row = ledger.heads(known, today) // least, new // least
        for place in product((column - 1, column, column + 1), (row - 1, row, row + 1)):
            if any(
                0 < abs(new - gone) + ledger.heads(known ^ stay, today) < least
                for stay, gone in near.get(place, ())
            ):
                withheld.add(each.id)
                break
    return frozenset(withheld)
