"""The crisis card and what follows it: from memory, in every language, never a dead end."""

from collections.abc import Callable, Sequence

from bot.core.instruments import Need
from bot.core.languages import Tongue
from bot.core.support import SupportEntry, entries_for
from bot.officer import buttons
from bot.officer.entries import as_text
from bot.officer.languages import Languages
from bot.officer.screen import Row, Screen, help_button, language_row, plain, to
from bot.officer.steady import ways
from bot.officer.texts import common
from bot.officer.texts import crisis as texts
from bot.officer.tomorrow import check_on_me
from bot.officer.topic import Chat
from bot.workflows.catalogue import Catalogue

REACHED = "reached"
NOT_THROUGH = "not-through"


def crisis_card(tongue: Tongue, others: Sequence[Tongue] = ()) -> Screen:
    """The card that comes on HELP, on “Struggling”, and on anything typed."""
    return Screen(
        tongue(texts.CRISIS_CARD),
        (
            (to(tongue, texts.CALL_LIST, buttons.CALL_LIST),),
            (to(tongue, texts.CONTACTED, buttons.CONTACTED),),
            (to(tongue, texts.NONE_SUIT, buttons.NONE_SUIT),),
            check_on_me(tongue),
            *language_row(buttons.CRISIS, others),
        ),
    )


def call_list(tongue: Tongue, support: Sequence[SupportEntry]) -> Screen:
    """Everybody who answers now, and what to do when nobody did."""
    # The national lines first: they answer day and night, and must never be the ones cut off.
    found = sorted(entries_for(Need.CRISIS, support), key=lambda entry: entry.scope == "force")
    parts = (tongue(texts.CALL_LIST_TITLE), as_text(tongue, found), tongue(texts.DID_YOU_REACH))
    return Screen(
        "\n\n".join(parts),
        (
            (to(tongue, texts.CONTACTED, buttons.CONTACTED),),
            (to(tongue, texts.NOT_THROUGH, NOT_THROUGH),),
            (to(tongue, texts.NONE_SUIT, buttons.NONE_SUIT),),
            check_on_me(tongue),
            (to(tongue, common.MENU, buttons.MENU), help_button(tongue)),
        ),
    )


def contacted(tongue: Tongue) -> Screen:
    """After “I've contacted someone”: trying and reaching are two things."""
    return plain(
        tongue,
        texts.CONTACTED_ANSWER,
        (to(tongue, texts.REACHED, REACHED),),
        (to(tongue, texts.NOT_THROUGH, NOT_THROUGH),),
        _call_list_row(tongue),
        check_on_me(tongue),
    )


def reached(tongue: Tongue) -> Screen:
    """After “Yes, we talked”: it goes on from there."""
    return plain(tongue, texts.REACHED_ANSWER, _call_list_row(tongue), check_on_me(tongue))


def not_through(tongue: Tongue) -> Screen:
    """After “I couldn't get through”: other routes, at once."""
    return plain(
        tongue,
        texts.NOT_THROUGH_ANSWER,
        _call_list_row(tongue),
        (to(tongue, texts.NONE_SUIT, buttons.NONE_SUIT),),
        check_on_me(tongue),
    )


def none_suit(tongue: Tongue) -> Screen:
    """After “None of these suit me”: it leads on."""
    return plain(
        tongue, texts.NONE_SUIT_ANSWER, _call_list_row(tongue), ways(tongue), check_on_me(tongue)
    )


def _call_list_row(tongue: Tongue) -> Row:
    return (to(tongue, texts.CALL_LIST, buttons.CALL_LIST),)


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
            REACHED: self._reached,
            NOT_THROUGH: self._not_through,
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

    async def _reached(self, chat: Chat, _: str) -> Screen:
        return reached(chat.tongue)

    async def _not_through(self, chat: Chat, _: str) -> Screen:
        return not_through(chat.tongue)

    async def _none_suit(self, chat: Chat, _: str) -> Screen:
        return none_suit(chat.tongue)
