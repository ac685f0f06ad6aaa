"""The most heads that a team had of late: for how many there is room in it.

Whoever could lower a team's heads, try a code and raise them again would count with "full" who
joined: a number that only moves after half a year answers no such question. What is looked at
never depends on who joined, so neither does the time it takes.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from weakref import WeakKeyDictionary

from storage import programmes
from storage.engine import ReadTransaction, Storage

LOOKED_BACK: Final = timedelta(days=180)
"""As long as a code works where nobody says otherwise."""


@dataclass(frozen=True, slots=True)
class _Version:
    """What is wanted of one version."""

    saved_at: datetime
    heads: Mapping[str, int]


_read: WeakKeyDictionary[Storage, dict[int, _Version]] = WeakKeyDictionary()
"""Versions never change, and reading thousands of teams takes a while."""


async def most_heads(storage: Storage, tx: ReadTransaction, team: str, at: datetime) -> int:
    """Return the most heads that a team had in any version in force since `LOOKED_BACK`."""
    known = _read.setdefault(storage, {})
    most = 0
    for number in range(await programmes.newest_version(tx), 0, -1):
        if number not in known:
            stored = await programmes.at_version(tx, number)
            if stored is None:
                break
            known[number] = _Version(stored.saved_at, _heads_in(stored.content))
        most = max(most, known[number].heads.get(team, 0))
        if known[number].saved_at <= at - LOOKED_BACK:
            # In force when the time began; those before it were not any more.
            break
    return most


def _heads_in(content: str) -> Mapping[str, int]:
    # Every version passed its checks when it was saved: nothing but the numbers is wanted here.
    departments = json.loads(content)["force"]["departments"]
    return {
        team["id"]: team["headcount"] for department in departments for team in department["teams"]
    }
