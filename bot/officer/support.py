"""The support menu: by need, always the same entries, always with a way on."""

from collections.abc import Callable, Sequence
from html import escape

from bot.core.instruments import Need
from bot.core.languages import Tongue
from bot.core.signposting import MENU_ORDER, Signposts
from bot.core.support import SupportEntry, entries_for
from bot.officer import buttons
from bot.officer.entries import as_text
from bot.officer.languages import Languages
from bot.officer.screen import Screen, help_button, language_row, to
from bot.officer.texts import common
from bot.officer.texts import crisis as crisis_texts
from bot.officer.texts import support as texts
from bot.officer.topic import Chat
from bot.workflows.catalogue import Catalogue

USUAL = Signposts(MENU_ORDER, None, crisis=False)


def support_menu(
    tongue: Tongue, signposts: Signposts = USUAL, others: Sequence[Tongue] = ()
) -> Screen:
    """The support menu; after a check-in its order and first sentence may differ."""
    rows = [(to(tongue, texts.NEEDS[need], buttons.NEED, need.value),) for need in signposts.order]
    intro = texts.MENU_INTRO.get(signposts.first, texts.MENU_INTRO[None])
    last = (to(tongue, crisis_texts.NONE_SUIT, buttons.NONE_SUIT), help_button(tongue))
    return Screen(tongue(intro), (*rows, *language_row(buttons.MENU, others), last))


def need_page(tongue: Tongue, need: Need, support: Sequence[SupportEntry]) -> Screen:
    """The entries for one need; where a force has none, the ones that help with anything."""
    found = entries_for(need, support)
    intro = [f"<b>{escape(tongue.label(texts.NEEDS[need]))}</b>"]
    if need in texts.NEED_INTRO:
        intro.append(tongue(texts.NEED_INTRO[need]))
    if not found:
        intro.append(tongue(texts.NOBODY_HERE))
        found = entries_for(Need.TALK, support) or entries_for(Need.CRISIS, support)
    return Screen(
        "\n\n".join([*intro, as_text(tongue, found)]),
        ((to(tongue, common.MENU, buttons.MENU), help_button(tongue)),),
    )


class Support:
    """Shows them; needs nothing but memory."""

    def __init__(self, catalogue: Callable[[], Catalogue], languages: Languages) -> None:
        self._catalogue = catalogue
        self._languages = languages
        self.commands = {"support": self._menu}
        self.buttons = {buttons.MENU: self._menu, buttons.NEED: self._need}

    def menu(self, tongue: Tongue, signposts: Signposts = USUAL) -> Screen:
        """Return the menu, with the way to its other languages."""
        others = self._languages.others(tongue, self._catalogue().programme)
        return support_menu(tongue, signposts, others)

    async def _menu(self, chat: Chat, _: str) -> Screen:
        return self.menu(chat.tongue)

    async def _need(self, chat: Chat, argument: str) -> Screen | None:
        if argument not in set(Need):
            return None
        return need_page(chat.tongue, Need(argument), self._catalogue().support)
