"""Scores: reversed items turn round, missing is never zero, half of a scale must be there."""

from fractions import Fraction

from bot.core.instruments import AnswerGroup, Instrument
from bot.core.scoring import item_scores, scale_mean
from tests.core.builders import an_instrument, instrument_of


def _scores(instrument: Instrument, *answers: tuple[int, ...]) -> dict[str, int | None]:
    return item_scores(instrument, answers)


def test_a_reversed_item_scores_from_the_other_end() -> None:
    scores = _scores(an_instrument(), (4,), (4,), (4,), (), ())
    assert scores["calm"] == 5
    assert scores["strain"] == 1


def test_skipped_unscored_and_counted_items_have_no_score() -> None:
    scores = _scores(an_instrument(), (), (), (), (3,), (0, 1))
    assert set(scores.values()) == {None}


def test_a_scale_is_the_exact_mean_of_what_was_answered() -> None:
    instrument = an_instrument()
    ease = instrument.scales[1]
    assert scale_mean(ease, _scores(instrument, (), (3,), (4,), (), ())) == Fraction(5, 2)
    assert scale_mean(ease, _scores(instrument, (), (3,), (), (), ())) == 4
    assert scale_mean(ease, _scores(instrument, (0,), (), (), (), ())) is None


def test_less_than_half_of_a_scale_is_missing() -> None:
    instrument = instrument_of([5, 5, 5])
    whole = instrument.scales[0]
    assert scale_mean(whole, _scores(instrument, (4,), (), ())) is None
    assert scale_mean(whole, _scores(instrument, (4,), (1,), ())) == Fraction(5, 2)


def test_a_response_falls_into_one_group_or_none() -> None:
    instrument = an_instrument()
    mood = instrument.scales[0]
    means = [scale_mean(mood, _scores(instrument, (n,), (), (), (), ())) for n in range(5)]
    low, middle, high = AnswerGroup
    groups = [mood.group_of(float(mean)) for mean in means if mean is not None]
    assert groups == [low, low, middle, high, high]
    assert scale_mean(mood, _scores(instrument, (), (), (), (), ())) is None
