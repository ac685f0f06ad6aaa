"""What a group's own bands say, in whole people and with edges as the public rules write them."""

import pytest

from bot.core.outsider.own_word import Bands, may_hold

LOW, MIDDLE, HIGH = range(3)
MOSTLY_LOW = ((60, 80), (20, 40), (0, 20))
ALIKE = ((80, 100), (0, 20), (0, 20))


@pytest.mark.parametrize(("most", "may"), [(17, False), (18, True), (300, True)])
def test_whole_people_have_to_fit_all_three_bands(most: int, may: bool) -> None:
    """Three of eighteen may be high, beside four and eleven; three of fifteen are no 0 to 20."""
    assert may_hold(Bands(MOSTLY_LOW), range(10, most + 1), HIGH, inside=True) is may


@pytest.mark.parametrize(("several", "may"), [(False, False), (True, True)])
def test_edges_of_nearly_all_alike_belong_to_it_over_several_prompts(
    several: bool, may: bool
) -> None:
    assert may_hold(Bands(ALIKE, several), range(10, 16), LOW, inside=False) is may


def test_numbers_that_no_people_fit_hold_nobody() -> None:
    """Three of ten are not over 30 per cent, nor four under 40."""
    narrow = ((30, 40), (31, 39), (20, 30))
    assert not may_hold(Bands(narrow), range(10, 11), LOW, inside=True)
    far = ((0, 5), (0, 5), (0, 5))
    assert not may_hold(Bands(far), range(100, 150), LOW, inside=True)
