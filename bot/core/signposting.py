"""Signposting: which order the support menu comes in after a check-in.

The menu always holds the same entries. Answers change its order and its first sentence,
nothing else, and neither is stored.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.core.drafts import Draft, chosen_options
from bot.core.instruments import Instrument, Need

MENU_ORDER: tuple[Need, ...] = (
    Need.TALK,
    Need.TRIM,
    Need.HEALTH,
    Need.HOME,
    Need.ASSOCIATION,
    Need.CHAPLAINCY,
    Need.READ,
    Need.LEAVING,
)
"""The menu without a reason to change it. Crisis help is a button of its own on every screen."""


@dataclass(frozen=True, slots=True)
class Signposts:
    """The support menu of one moment. `first` chooses the opening sentence."""

    order: tuple[Need, ...]
    first: Need | None
    crisis: bool
    """Whether the crisis card comes before the menu."""


def signposts_for(draft: Draft, instrument: Instrument) -> Signposts:
    """Return the support menu that follows these answers."""
    wanted = [
        need
        for item, answer in zip(instrument.items, draft.answers, strict=True)
        for option in chosen_options(answer, item)
        for need in item.options[option].support
    ]
    return order_menu(wanted)


def order_menu(wanted: Sequence[Need]) -> Signposts:
    """Return the menu with `wanted` first, in the order wanted, and everything else after."""
    ahead = list(dict.fromkeys(need for need in wanted if need is not Need.CRISIS))
    rest = [need for need in MENU_ORDER if need not in ahead]
    return Signposts(
        order=(*ahead, *rest),
        first=ahead[0] if ahead else None,
        crisis=Need.CRISIS in wanted,
    )
