"""What stands out, worked out once per release: looking at every cell takes a while.

What is kept is known by the hash of the release, which holds the hashes of all before it.
"""

from typing import Final

from bot.core.disclosure.release import Release
from bot.lead.overview import CheckInResults
from bot.lead.wording import Finding, findings_of

MOST_KEPT: Final = 64


class KeptFindings:
    """The findings of the newest releases asked for, by their hash."""

    def __init__(self) -> None:
        self._kept: dict[bytes, tuple[Finding, ...]] = {}

    def of(self, check_in: CheckInResults, release: Release) -> tuple[Finding, ...]:
        """Return what stood out when `release` was the newest of its check-in."""
        mark = release.hash
        if mark not in self._kept:
            if len(self._kept) >= MOST_KEPT:
                self._kept.pop(next(iter(self._kept)))
            place = check_in.releases.index(release)
            # A release says the same when it is opened again later: what came after is left out.
            self._kept[mark] = findings_of(check_in.releases[place:], check_in.id)
        return self._kept[mark]


KEPT = KeptFindings()
