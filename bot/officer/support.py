"""The support menu: by need, always the same entries, always with a way on."""

from collections.abc import Sequence
from html import escape

from bot.core.instruments import Need
from bot.core.languages import ENGLISH, Tongue
from bot.core.signposting import MENU_ORDER, Signposts
from bot.core.support import SupportEntry, entries_for, left_out
from bot.officer import buttons
from bot.officer.entries import as_text
from bot.officer.languages import Languages
from bot.officer.screen import Button, Row, Screen, help_button, language_row, plain, to
from bot.officer.self_started import tell_us_why
from bot.officer.steady import ways
from bot.officer.texts import common
from bot.officer.texts import crisis as crisis_texts
from bot.officer.texts import self_started as self_started_texts
from bot.officer.texts import support as texts
from bot.officer.topic import Chat
from bot.workflows.desk import Desk

USUAL = Signposts(MENU_ORDER, None, crisis=False)

EXIT = "exit"

MOST_ROWS = 9
"""Before the last one: more would not fit on a small phone."""

SHORT = 16
"""Characters of a label that can share a row."""

_MOST_OF_EACH = 2
"""Contacts of each kind for somebody who thinks of leaving."""


def support_menu(
    tongue: Tongue, signposts: Signposts = USUAL, others: Sequence[Tongue] = ()
) -> Screen:
    """The support menu; after a check-in its order and first sentence may differ."""
    needs = [
        to(tongue, texts.NEED_BUTTONS[need], buttons.NEED, need.value) for need in signposts.order
    ]
    more = [to(tongue, texts.TOUGH_JOB, buttons.TOUGH_JOB), *ways(tongue)]
    languages = language_row(buttons.MENU, others)
    # What an answer asks for stands out: it has the first row to itself.
    first = tuple((button,) for button in needs[:1] if signposts.first is not None)
    room = MOST_ROWS - len(first) - len(languages)
    intro = texts.MENU_INTRO.get(signposts.first, texts.MENU_INTRO[None])
    last = (to(tongue, crisis_texts.NONE_SUIT, buttons.NONE_SUIT), help_button(tongue))
    rows = (*first, *in_rows([*needs[len(first) :], *more], room), *languages, last)
    return Screen(tongue(intro), rows)


def in_rows(menu: Sequence[Button], most: int) -> tuple[Row, ...]:
    """Return buttons in at most `most` rows: short labels share one, and then longer ones."""
    longest = SHORT
    while len(rows := _paired(menu, longest)) > most and longest < 64:
        longest += 1
    return rows


def _paired(menu: Sequence[Button], longest: int) -> tuple[Row, ...]:
    rows: list[Row] = []
    waiting = list(menu)
    while waiting:
        first = waiting.pop(0)
        fitting = [each for each in waiting if len(each.label) <= longest]
        if len(first.label) <= longest and fitting:
            waiting.remove(fitting[0])
            rows.append((first, fitting[0]))
        else:
            rows.append((first,))
    return tuple(rows)


def need_page(
    tongue: Tongue,
    need: Need,
    support: Sequence[SupportEntry],
    *,
    wales: bool = False,
    asks_why: bool = False,
    others: Sequence[Tongue] = (),
) -> Screen:
    """The entries for one need; where a force has none, the ones that help with anything.

    `asks_why` says whether somebody who leaves can tell why now. `others` are languages of lines
    that stand on the same page in that language alone.
    """
    found = _entries(tongue, need, support, wales=wales)
    # A title that says no more than the menu did: see `texts.NEEDS`.
    parts = [f"<b>{escape(tongue.label(texts.NEEDS[need]))}</b>", tongue(texts.NEED_INTRO[need])]
    if not found:
        parts.append(tongue(texts.NOBODY_HERE))
        found = _entries(tongue, Need.TALK, support, wales=wales)
    found = found or _entries(tongue, Need.CRISIS, support, wales=wales)
    parts.append(as_text(tongue, found))
    rows: list[Row] = []
    if need is Need.HOME:
        rows.append((to(tongue, texts.QUICK_EXIT, EXIT),))
    if need is Need.LEAVING and asks_why:
        parts.append(tongue(self_started_texts.WHY))
        rows.append(tell_us_why(tongue))
    rows += [
        (Button(each.name, buttons.named_data(buttons.NEED, need.value, each.language)),)
        for each in others
    ]
    rows.append((to(tongue, crisis_texts.NONE_SUIT, buttons.NONE_SUIT),))
    rows.append((to(tongue, common.MENU, buttons.MENU), help_button(tongue)))
    return Screen("\n\n".join(parts), tuple(rows))


def _entries(
    tongue: Tongue, need: Need, support: Sequence[SupportEntry], *, wales: bool
) -> list[SupportEntry]:
    found = entries_for(need, support, tongue.language, wales=wales)
    if need is not Need.LEAVING:
        return found
    # To stay is talked over first; then who advises about work, and who just listens.
    found = found[:_MOST_OF_EACH]
    for other in (Need.ASSOCIATION, Need.TALK):
        theirs = entries_for(other, support, tongue.language, wales=wales)
        own = [entry for entry in theirs if entry.scope == "force" and entry not in found]
        found += own[:_MOST_OF_EACH]
    return found


def everyday(tongue: Tongue) -> Screen:
    """What a quick exit leaves on the screen."""
    return plain(tongue, texts.EVERYDAY)


class Support:
    """Shows them, and counts which part was opened; needs nothing but memory."""

    def __init__(self, desk: Desk, languages: Languages) -> None:
        self._desk = desk
        self._languages = languages
        self.commands = {"support": self._menu}
        self.buttons = {buttons.MENU: self._menu, buttons.NEED: self._need, EXIT: self._everyday}

    def menu(self, tongue: Tongue, signposts: Signposts = USUAL) -> Screen:
        """Return the menu, with the way to its other languages."""
        others = self._languages.others(tongue, self._desk.catalogue.programme)
        return support_menu(tongue, signposts, others)

    async def _menu(self, chat: Chat, _: str) -> Screen:
        return self.menu(chat.tongue)

    async def _need(self, chat: Chat, argument: str) -> Screen | None:
        if argument not in set(Need):
            return None
        need, catalogue = Need(argument), self._desk.catalogue
        self._desk.support_taps.count(chat.id, need)
        programme, support = catalogue.programme, catalogue.support
        return need_page(
            chat.tongue,
            need,
            support,
            wales=programme is not None and "cy" in programme.force.languages,
            asks_why=self._desk.self_started.exit_round() is not None,
            others=[
                each
                for each in self._languages.others(chat.tongue, programme)
                if chat.tongue.language == ENGLISH and each.language in left_out(need, support)
            ],
        )

    async def _everyday(self, chat: Chat, _: str) -> Screen:
        return everyday(chat.tongue)
