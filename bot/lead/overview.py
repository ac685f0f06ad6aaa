"""What a lead sees first: the newest release of every check-in, and which one leads. Pure.

- The check-in that says something about the smallest groups leads; of several, the newest.
- Retention, trust and support are small blocks beside it, one per check-in that is out.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from bot.core.disclosure.release import Release
from bot.core.disclosure.rules import DEPTH
from bot.lead.heat_map import title_of

BLOCKS: Final[Mapping[str, str]] = {
    "stay": "Staying or going",
    "exit": "Why people left",
    "trust": "Trust in anonymity",
    "support-taps": "Support that was opened",
}
"""By instrument: what is not a heat map but a block of its own, in this order."""


@dataclass(frozen=True, slots=True)
class CheckInResults:
    """The releases of one check-in, newest first; at least one."""

    id: str
    title: str
    releases: tuple[Release, ...]

    @property
    def newest(self) -> Release:
        """The newest release."""
        return self.releases[0]

    @property
    def instrument(self) -> str:
        """The id of the instrument asked last."""
        return str(self.newest.document["instrument"]["id"])


def by_check_in(newest_first: Sequence[Release]) -> tuple[CheckInResults, ...]:
    """Return the check-ins with their releases; those that say most of small groups first."""
    found: dict[str, list[Release]] = {}
    for release in newest_first:
        found.setdefault(release.document["check_in"], []).append(release)
    of_each = [
        CheckInResults(check_in, title_of(releases[0]), tuple(_newest_first(releases)))
        for check_in, releases in found.items()
    ]
    # Stable sorts, the weightier one last.
    of_each.sort(key=lambda each: str(each.newest.document["closes_on"]), reverse=True)
    of_each.sort(key=_rank)
    return tuple(of_each)


def _newest_first(releases: Sequence[Release]) -> list[Release]:
    return sorted(releases, key=_closing, reverse=True)


def _closing(release: Release) -> tuple[str, str, str]:
    document = release.document
    return (document["closes_on"], document["opens_on"], release.round_id)


def _rank(each: CheckInResults) -> tuple[int, int]:
    if each.instrument in BLOCKS:
        return (1, list(BLOCKS).index(each.instrument))
    return (0, -max(DEPTH[group.level] for group in each.newest.groups))


def leading(check_ins: Sequence[CheckInResults]) -> CheckInResults:
    """Return the check-in whose heat map stands first; there is at least one."""
    return check_ins[0]


def blocks_beside(check_ins: Sequence[CheckInResults]) -> list[CheckInResults]:
    """Return the check-ins that are shown as blocks, in their order."""
    return [each for each in check_ins if each.instrument in BLOCKS]


def of_round(check_ins: Sequence[CheckInResults], round_id: str) -> CheckInResults | None:
    """Return the check-in a round belongs to."""
    for each in check_ins:
        if any(release.round_id == round_id for release in each.releases):
            return each
    return None
