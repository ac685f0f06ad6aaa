"""What the bands of one group say by themselves, read as the public rules write them.

People are whole here, and a share on the edge of two bands belongs to the one on the side of
one third: three of fifteen people are not “0 to 20 per cent”.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.core.outsider.freedom import MINORITY

ENOUGH = 200
"""Bands are five points wide or more: among so many answers whole numbers hinder nothing."""


@dataclass(frozen=True, slots=True)
class Bands:
    """The bands of the three groups of answers of one theme, in a round of several prompts or
    of one."""

    shown: Sequence[tuple[int, int]]
    several: bool = False

    @property
    def closed(self) -> bool:
        """Whether shares on all edges may be written so.

        Over several prompts a few people may have answered often: that nearly all answered
        alike is written wherever the share is, from the edge on.
        """
        top = max(self.shown)
        alike = top[1] == 100 and sorted(self.shown)[:2] == [(0, 100 - top[0])] * 2
        return self.several and alike

    def numbers(self, place: int, total: int) -> tuple[int, int]:
        """Return the fewest and the most of so many answers that a band can stand for."""
        low, high = self.shown[place]
        least, most = -(-low * total // 100), high * total // 100
        if not self.closed:
            least += low > 0 and 3 * low > 100 and 100 * least == low * total
            most -= high < 100 and 3 * high < 100 and 100 * most == high * total
        return least, most


def may_hold(bands: Bands, totals: range, place: int, *, inside: bool) -> bool:
    """Whether three people may stand in, or outside, a group of answers, of as many as may be."""
    return any(_holds(bands, total, place, inside) for total in totals[:ENOUGH])


def _holds(bands: Bands, total: int, place: int, inside: bool) -> bool:
    each = [bands.numbers(number, total) for number in range(len(bands.shown))]
    if any(least > most for least, most in each):
        return False
    own = each.pop(place)
    least = max(own[0], total - sum(most for _, most in each))
    most = min(own[1], total - sum(least for least, _ in each))
    return least <= most and (most if inside else total - least) >= MINORITY
