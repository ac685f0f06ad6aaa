"""What anybody can work out from a release, found without the code that made it.

It reads the release's JSON alone. A shown group is a sum over its teams; whatever can be had
by adding and subtracting shown groups lies in the span of their rows, so exact elimination
finds every set of teams whose sum is known. Counts come from the raw answers.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from itertools import combinations
from typing import Any

Teams = frozenset[str]
Raw = Mapping[tuple[str, int], Sequence[int]]
"""Per (team name, prompt): the respondents, then those with an answer to each scale."""


def shown_sets(
    groups: Iterable[Mapping[str, Any]], scale: str | None, what: str = "low"
) -> list[Teams]:
    """The sets of teams for which a scale (or its mean), or the respondents, are shown."""
    return [
        frozenset(group["teams"])
        for group in groups
        if (
            group["respondents"]
            if scale is None
            else group["scales"][scale] and group["scales"][scale][what]
        )
        is not None
    ]


def derivable(shown: Sequence[Teams]) -> list[Teams]:
    """The smallest sets of teams whose sum follows from the shown ones.

    Every other set that follows is a union of these; this is asserted, not assumed.
    """
    columns = sorted({team for group in shown for team in group})
    rows = _reduced([[int(team in group) for team in columns] for group in shown])
    assert all(value in (0, 1) for row in rows for value in row)
    assert all(sum(column) <= 1 for column in zip(*rows, strict=True)), "rows overlap"
    return [
        frozenset(team for team, value in zip(columns, row, strict=True) if value) for row in rows
    ]


def _reduced(rows: list[list[int]]) -> list[list[int]]:
    """The reduced row echelon form, without empty rows.

    A vector of the row space is the combination of these rows by its own values at the
    pivots; so one of zeros and ones adds up some of them and leaves the others out.
    """
    done = 0
    width = len(rows[0]) if rows else 0
    for column in range(width):
        pivot = next((n for n in range(done, len(rows)) if rows[n][column]), None)
        if pivot is None:
            continue
        rows[done], rows[pivot] = rows[pivot], rows[done]
        lead = rows[done][column]
        # Sets that lie inside each other or apart never need a fraction.
        assert lead in (1, -1)
        rows[done] = [value * lead for value in rows[done]]
        for n, row in enumerate(rows):
            if n != done and row[column]:
                factor = row[column]
                rows[n] = [a - factor * b for a, b in zip(row, rows[done], strict=True)]
        done += 1
    return rows[:done]


def closure(shown: Sequence[Teams]) -> set[Teams]:
    """All unions of apart and differences of nested sets, again and again, by trial."""
    known = set(shown)
    while True:
        found = {
            result
            for one, other in combinations(known, 2)
            for result in (_sum(one, other), _difference(one, other), _difference(other, one))
            if result
        }
        if found <= known:
            return known
        known |= found


def _sum(one: Teams, other: Teams) -> Teams:
    return frozenset() if one & other else one | other


def _difference(one: Teams, other: Teams) -> Teams:
    return one - other if other < one else frozenset()


def people(raw: Raw, teams: Teams, position: int) -> int:
    """The respondents of the largest prompt."""
    prompts = {prompt for _, prompt in raw}
    return (
        max(
            (sum(raw[team, prompt][position] for team in teams if (team, prompt) in raw))
            for prompt in prompts
        )
        if prompts
        else 0
    )


def ranges(
    groups: Sequence[Mapping[str, Any]], heads: Mapping[str, int]
) -> dict[str, tuple[int, int]]:
    """How many may have answered in each group, by every band, rate and head of the tree.

    A group is the sum of its parts, so narrowing sums by parts and parts by sums, until
    nothing narrows any more, finds exactly what follows.
    """
    found = {}
    for group in groups:
        everybody = sum(heads[team] for team in group["teams"])
        low, high = group["respondents"] or (0, None)
        from_rate, to_rate = group["rate"] or (0, 100)
        found[group["id"]] = (
            max(low, -(-from_rate * everybody // 100)),
            min(everybody if high is None else high, to_rate * everybody // 100),
        )
    while True:
        before = dict(found)
        for group in groups:
            parts = [part["id"] for part in groups if part["parent"] == group["id"]]
            if not parts:
                continue
            low, high = found[group["id"]]
            lows, highs = (sum(found[part][end] for part in parts) for end in (0, 1))
            found[group["id"]] = (max(low, lows), min(high, highs))
            for part in parts:
                least, most = found[part]
                found[part] = (max(least, low - highs + most), min(most, high - lows + least))
        if found == before:
            return found


COUNT_EDGES = [10, 15, 25, 50, 100]


def check_form(content: bytes) -> None:
    """Everything in a release is a band, a marked mean or nothing."""
    release = json.loads(content)
    for group in release["groups"]:
        unit = group["level"] == "unit"
        if group["respondents"] is not None:
            low, high = group["respondents"]
            assert low in COUNT_EDGES
            assert high is None or (high > low and high + 1 in COUNT_EDGES)
        assert group["respondents"] is not None or group["rate"] is None
        assert not (unit and group["rate"]), "a unit has a rate"
        if group["rate"]:
            _check_band(group["rate"])
        for shown in group["scales"].values():
            if shown is None:
                continue
            assert group["respondents"] is not None
            assert set(shown) == {"low", "middle", "high", "mean"}
            for name in ("low", "middle", "high"):
                _check_band(shown[name])
            assert not (unit and shown["mean"] is not None), "a unit has a mean"
            assert shown["mean"] is None or shown["mean"] == round(shown["mean"], 1)
    for counted in release["counts"]:
        for chosen in counted["options"]:
            assert chosen["count"] is None or (chosen["count"] >= 10 and chosen["count"] % 5 == 0)
    assert set(release) == {
        *("asked", "format", "rules", "thresholds", "programme", "round", "check_in", "title"),
        *("opens_on", "closes_on", "instrument", "scales", "groups", "counts", "cuts"),
        *("withheld", "previous"),
    }


def _check_band(band: Sequence[int]) -> None:
    low, high = band
    assert 0 <= low < high <= 100
    assert low % 5 == 0
    assert high % 5 == 0
