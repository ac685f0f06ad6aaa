"""Scales: in which groups each theme is shown, and what is said of it there."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from bot.core.disclosure.bands import people_band, rounded_mean, share_bands
from bot.core.disclosure.counted import Counted
from bot.core.disclosure.reading import Reading
from bot.core.disclosure.respondents import Known, what_is_known
from bot.core.disclosure.rules import (
    DEPTH,
    GRIDS,
    MEAN_FROM,
    SENSITIVITY_RULES,
    DisclosureRules,
    Level,
    room_for,
)
from bot.core.disclosure.suppression import Group, Safe, shown_groups
from bot.core.instruments import Instrument, Scale
from bot.core.tabulation import denominator


@dataclass(frozen=True, slots=True)
class Scales:
    """What decides about the scales of one round."""

    instrument: Instrument
    groups: Sequence[Group]
    answered: frozenset[str]
    """The groups whose respondents are shown."""
    respondents: Mapping[str, Known]
    counted: Counted
    rules: DisclosureRules
    safe: Callable[[int], Safe]
    """What a set of units needs, by how many supervisors it needs."""
    withheld: frozenset[str]
    """The groups that are not shown because of earlier releases."""

    def reading(self, scale: Scale) -> Reading:
        """Return what is shown of a scale: nothing that all of it together would prove."""
        shown, withheld = self._showing(scale, self.answered), self.withheld
        while True:
            reading = self._reading(scale, shown, withheld)
            too_clear = reading.too_clear()
            if not too_clear:
                return reading
            withheld |= too_clear
            shown = self._showing(scale, shown - too_clear)

    def _showing(self, scale: Scale, among: frozenset[str]) -> frozenset[str]:
        """Return the groups in which a scale may be shown: some people skip some questions."""
        rule = SENSITIVITY_RULES[self.instrument.sensitivity_of(scale)]
        return shown_groups(
            [group for group in self.groups if group.id in among],
            lambda units: self.counted.answering(scale, units),
            self.safe(rule.supervisors),
            self._smallest(scale),
        )

    def _smallest(self, scale: Scale) -> Level:
        """Return the smallest groups in which a scale may be shown."""
        level = SENSITIVITY_RULES[self.instrument.sensitivity_of(scale)].level
        return min(level, Level(self.instrument.publication.level), key=DEPTH.__getitem__)

    def _reading(self, scale: Scale, shown: frozenset[str], withheld: frozenset[str]) -> Reading:
        """Return what would be shown of a scale, by group."""
        # How wide its bands are tells how many people answered a scale, as a band would.
        known = what_is_known(
            self.groups,
            shown,
            lambda group: self.counted.answering(scale, group.units).people,
            {group.id: self.respondents[group.id].most for group in self.groups},
            lambda _: sorted(least for least, _ in GRIDS),
            self.rules.threshold,
            self._smallest(scale),
            withheld,
        )
        with_mean = self._with_mean(scale, shown, known)
        listed = [group for group in self.groups if group.id in shown]
        cells = {
            group.id: _released_scale(
                scale, group, known[group.id].edges, group.id in with_mean, self.counted
            )
            for group in listed
        }
        return Reading(
            scale,
            self.groups,
            listed,
            cells,
            self.respondents,
            known,
            self.counted,
            self.rules.threshold,
        )

    def _with_mean(
        self, scale: Scale, shown: frozenset[str], known: Mapping[str, Known]
    ) -> frozenset[str]:
        """Return the groups whose mean is shown: what is left between means must be as large."""
        heads = room_for(MEAN_FROM)
        return shown_groups(
            [group for group in self.groups if group.id in shown and known[group.id].most >= heads],
            lambda units: self.counted.answering(scale, units),
            Safe(people=MEAN_FROM, heads=heads, supervisors=0),
            Level.DEPARTMENT,
        )


def _released_scale(
    scale: Scale, group: Group, edges: Sequence[int], with_mean: bool, counted: Counted
) -> dict[str, Any]:
    prompts = [answers[:3] for answers in counted.answers(scale, group.units)]
    counts = [sum(prompt[position] for prompt in prompts) for position in range(3)]
    remainders = [
        max(sum(prompt) - prompt[position] for prompt in prompts) for position in range(3)
    ]
    band = people_band(counted.answering(scale, group.units).people, edges)
    bands = share_bands(counts, remainders, band.least)
    mean = None
    if with_mean:
        total = sum(answers[3] for answers in counted.answers(scale, group.units))
        mean = rounded_mean(Fraction(total, denominator(scale)), sum(counts))
    return {
        "low": [bands.low.low, bands.low.high],
        "middle": [bands.middle.low, bands.middle.high],
        "high": [bands.high.low, bands.high.high],
        "mean": mean,
    }
