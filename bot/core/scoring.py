"""Scoring: from chosen options to a mean per scale, which falls into a group of answers.

Only whole groups are ever scored, in the tally: no score of a person is kept or shown.
"""

from collections.abc import Sequence
from fractions import Fraction

from bot.core.instruments import Instrument, Scale


def item_scores(instrument: Instrument, answers: Sequence[Sequence[int]]) -> dict[str, int | None]:
    """Return the score per item id; None where the item was skipped or is not scored."""
    scores: dict[str, int | None] = {}
    for item, chosen in zip(instrument.items, answers, strict=True):
        scores[item.id] = item.scores[chosen[0]] if item.kind == "choice" and chosen else None
    return scores


def scale_mean(scale: Scale, scores: dict[str, int | None]) -> Fraction | None:
    """Return the exact mean of a scale's answered items.

    None when fewer than half of the items were answered: what is left would be another scale.
    A scale that is scored by its sum takes all of them.
    """
    answered = [score for item in scale.items if (score := scores[item]) is not None]
    if 2 * len(answered) < len(scale.items) or not answered:
        return None
    if scale.scoring.by == "sum" and len(answered) < len(scale.items):
        return None
    return Fraction(sum(answered), len(answered))
