"""What a visitor sees of the results: everything, or the force and their own departments.

Every page and file of results is made from what this returns, so none can show more. Extracts
are made once for each release and set of departments, and kept while they are asked for.
"""

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from typing import Final, Protocol

from starlette.requests import Request

from bot.core.disclosure.extract import extract, names_departments
from bot.core.disclosure.release import Release
from bot.web.sign_in import visitor_of
from bot.workflows.report import Results

SETS_KEPT: Final = 8
AT_ONCE: Final = 8
"""Extracts made before whatever else waits gets its turn."""


class Reports(Protocol):
    """Where results come from."""

    async def results(self) -> Results:
        """Return all releases, newest first, and what comes next."""

    async def departments_asked(self, round_id: str) -> Sequence[str]:
        """Return the department of every team that a round asked, in the order of its release."""


class KeptExtracts:
    """The extracts of the sets of departments asked for last, by round."""

    def __init__(self) -> None:
        self._kept: OrderedDict[frozenset[str], dict[str, tuple[Release, Release | None]]] = (
            OrderedDict()
        )

    async def of(
        self,
        releases: Sequence[Release],
        departments: frozenset[str],
        asked: Callable[[str], Awaitable[Sequence[str]]],
    ) -> tuple[Release, ...]:
        """Return what these departments see of each release; both newest first.

        `asked` says of a round whose the teams were that it asked; it is read where the release
        does not say so.
        """
        before = self._kept.pop(departments, {})
        known: dict[str, tuple[Release, Release | None]] = {}
        made, newest = 0, None
        for release in reversed(releases):
            kept = before.get(release.round_id)
            # The very same object: what is stored never changes, but what it is may be read anew.
            if kept is None or kept[0] is not release:
                whose = () if names_departments(release) else await asked(release.round_id)
                kept = (release, extract(release, departments, whose, newest))
                made += 1
                if made % AT_ONCE == 0:
                    await asyncio.sleep(0)
            known[release.round_id] = kept
            newest = kept[1] or newest
        self._kept[departments] = known
        while len(self._kept) > SETS_KEPT:
            self._kept.popitem(last=False)
        return tuple(seen for _, seen in known.values() if seen is not None)[::-1]


_EXTRACTS = KeptExtracts()


async def results_for(request: Request, reports: Reports) -> Results:
    """Return the results that whoever asks for a page may see."""
    return await results_of(reports, visitor_of(request).departments)


async def results_of(reports: Reports, departments: frozenset[str] | None) -> Results:
    """Return the results of these departments, by their ids; of all of them for None."""
    results = await reports.results()
    if departments is None:
        return results
    seen = await _EXTRACTS.of(results.releases, departments, reports.departments_asked)
    return replace(results, releases=seen)
