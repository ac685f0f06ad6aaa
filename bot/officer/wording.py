"""Numbers and names as people say them."""

from bot.core.languages import Tongue
from bot.officer.texts import check_ins as texts


def about(heads: int) -> int:
    """Return a group's size, rounded as people round it."""
    step = 5 if heads < 50 else 10
    return (heads + step // 2) // step * step


def group_size(tongue: Tongue, heads: int) -> str:
    """Return a group's size as people say it."""
    return tongue.counted(texts.GROUP_SIZE, about(heads))
