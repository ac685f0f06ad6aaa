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
from bot.core.disclosure.suppression import Group, Safe, remainder, shown_groups
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
    everyone: bool = True
    """Whether all the force was asked: means are of it and of its departments alone."""

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
        listed = [group for group in self.groups if group.id in shown]
        cells = {
            group.id: _released_scale(scale, group, known[group.id].edges, self.counted)
            for group in listed
        }
        for group in self._with_mean(scale, listed, known, cells):
            cells[group.id]["mean"] = _mean(scale, group, self.counted)
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
        self,
        scale: Scale,
        listed: Sequence[Group],
        known: Mapping[str, Known],
        cells: Mapping[str, Mapping[str, Any]],
    ) -> list[Group]:
        """Return the groups whose mean is shown: what is left between means must be as large.

        And neither they nor what is left may be of one mind, or the mean would say what each
        of fifty people answered, where the band says “80 or more”.
        """
        if not self.everyone:
            return []
        heads = room_for(MEAN_FROM)
        large = [
            group
            for group in listed
            if known[group.id].most >= heads and not _reaches_the_end(cells[group.id])
        ]
        while True:
            ids = shown_groups(
                large,
                lambda units: self.counted.answering(scale, units),
                Safe(people=MEAN_FROM, heads=heads, supervisors=0),
                Level.DEPARTMENT,
            )
            with_mean = [group for group in large if group.id in ids]
            large = [
                group
                for group in with_mean
                if not self._of_one_mind(scale, remainder(group, with_mean))
            ]
            if len(large) == len(with_mean):
                return with_mean

    def _of_one_mind(self, scale: Scale, units: frozenset[int]) -> bool:
        """Whether nearly everybody in some units answered alike."""
        if not units:
            return False
        bands = share_bands(*_counts(scale, units, self.counted), 0)
        return any(band.high == EVERYBODY for band in (bands.low, bands.middle, bands.high))


EVERYBODY = 100
"""Per cent: a band that reaches it may stand for a group of one mind."""


def _reaches_the_end(cell: Mapping[str, Any]) -> bool:
    return any(cell[name][1] == EVERYBODY for name in ("low", "middle", "high"))


def _counts(scale: Scale, units: frozenset[int], counted: Counted) -> tuple[list[int], list[int]]:
    """Return the answers in each group of answers, and the fewest people outside each."""
    prompts = [answers[:3] for answers in counted.answers(scale, units)]
    counts = [sum(prompt[position] for prompt in prompts) for position in range(3)]
    outside = [max(sum(prompt) - prompt[position] for prompt in prompts) for position in range(3)]
    return counts, outside


def _released_scale(
    scale: Scale, group: Group, edges: Sequence[int], counted: Counted
) -> dict[str, Any]:
    counts, outside = _counts(scale, group.units, counted)
    band = people_band(counted.answering(scale, group.units).people, edges)
    bands = share_bands(counts, outside, band.least)
    return {
        "low": [bands.low.low, bands.low.high],
        "middle": [bands.middle.low, bands.middle.high],
        "high": [bands.high.low, bands.high.high],
        "mean": None,
    }


def _mean(scale: Scale, group: Group, counted: Counted) -> float:
    prompts = counted.answers(scale, group.units)
    total = sum(answers[3] for answers in prompts)
    return rounded_mean(
        Fraction(total, denominator(scale)), sum(sum(answers[:3]) for answers in prompts)
    )
