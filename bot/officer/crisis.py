"""The crisis card and what follows it: from memory, in every language, never a dead end."""

from collections.abc import Callable, Sequence

from bot.core.instruments import Need
from bot.core.languages import Tongue
from bot.core.support import SupportEntry, entries_for
from bot.officer import buttons
from bot.officer.entries import as_text
from bot.officer.languages import Languages
from bot.officer.screen import Screen, help_button, language_row, support_button, to
from bot.officer.texts import common
from bot.officer.texts import crisis as texts
from bot.officer.topic import Chat
from bot.workflows.catalogue import Catalogue


def crisis_card(tongue: Tongue, others: Sequence[Tongue] = ()) -> Screen:
    """The card that comes on HELP, on “Struggling”, and on anything typed."""
    return Screen(
        tongue(texts.CRISIS_CARD),
        (
            (to(tongue, texts.CALL_LIST, buttons.CALL_LIST),),
            (to(tongue, texts.CONTACTED, buttons.CONTACTED),),
            (to(tongue, texts.NONE_SUIT, buttons.NONE_SUIT),),
            *language_row(buttons.CRISIS, others),
        ),
    )


def call_list(tongue: Tongue, support: Sequence[SupportEntry]) -> Screen:
    """Everybody who answers now."""
    # The national lines first: they answer day and night, and must never be the ones cut off.
    found = sorted(entries_for(Need.CRISIS, support), key=lambda entry: entry.scope == "force")
    return Screen(
        f"{tongue(texts.CALL_LIST_TITLE)}\n\n{as_text(tongue, found)}",
        (
            (to(tongue, texts.CONTACTED, buttons.CONTACTED),),
            (to(tongue, texts.NONE_SUIT, buttons.NONE_SUIT),),
            (to(tongue, common.MENU, buttons.MENU), help_button(tongue)),
        ),
    )


def contacted(tongue: Tongue) -> Screen:
    """After “I've contacted someone”."""
    return _with_call_list(tongue, texts.CONTACTED_ANSWER)


def none_suit(tongue: Tongue) -> Screen:
    """After “None of these suit me”: it leads on."""
    return _with_call_list(tongue, texts.NONE_SUIT_ANSWER)


def _with_call_list(tongue: Tongue, text: str) -> Screen:
    return Screen(
        tongue(text),
        (
            (to(tongue, texts.CALL_LIST, buttons.CALL_LIST),),
            (support_button(tongue), help_button(tongue)),
        ),
    )


class Crisis:
    """Shows them; needs nothing but memory."""

    def __init__(self, catalogue: Callable[[], Catalogue], languages: Languages) -> None:
        self._catalogue = catalogue
        self._languages = languages
        self.commands = {"help": self._card}
        # A tap on Help itself is answered by the handlers, before anything else.
        self.buttons = {
            buttons.CRISIS: self._card,
            buttons.CALL_LIST: self._call_list,
            buttons.CONTACTED: self._contacted,
            buttons.NONE_SUIT: self._none_suit,
        }

    def card(self, tongue: Tongue) -> Screen:
        """Return the card, with the way to its other languages."""
        return crisis_card(tongue, self._languages.others(tongue, self._catalogue().programme))

    async def _card(self, chat: Chat, _: str) -> Screen:
        return self.card(chat.tongue)

    async def _call_list(self, chat: Chat, _: str) -> Screen:
        return call_list(chat.tongue, self._catalogue().support)

    async def _contacted(self, chat: Chat, _: str) -> Screen:
        return contacted(chat.tongue)

    async def _none_suit(self, chat: Chat, _: str) -> Screen:
        return none_suit(chat.tongue)
