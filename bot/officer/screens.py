"""Screens: what an officer sees, as text and buttons. Pure: nothing is sent from here."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from html import escape

from bot.core.documents import in_language
from bot.core.drafts import Draft, Review, Tap, Verb, chosen_options
from bot.core.instruments import Item, Need
from bot.core.signposting import MENU_ORDER, Signposts
from bot.core.support import SupportEntry, entries_for
from bot.officer import buttons, texts
from bot.workflows.catalogue import RoundInView

MOST_CHARACTERS = 3_200
"""Of a list of entries; Telegram takes 4,096 with everything around it."""

MakeData = Callable[[Draft, Tap], str]
"""Returns the data of a check-in's button for the officer who will see it."""


@dataclass(frozen=True, slots=True)
class Button:
    """One button: what it says and what it carries."""

    label: str
    data: str


@dataclass(frozen=True, slots=True)
class Screen:
    """One message. `protected` stops forwarding and copying: on for check-ins, off for
    support, where numbers must be copied and tapped."""

    text: str
    rows: tuple[tuple[Button, ...], ...] = ()
    protected: bool = False


def _to(name: str, label: str) -> Button:
    return Button(label, buttons.screen_data(name))


HELP_BUTTON = _to(buttons.CRISIS, texts.HELP)
SUPPORT_BUTTON = _to(buttons.MENU, texts.SUPPORT)


def plain(text: str) -> Screen:
    """A text with the way to support and to help under it."""
    return Screen(text, ((SUPPORT_BUTTON, HELP_BUTTON),))


# --- Crisis ---------------------------------------------------------------------------


def crisis_card() -> Screen:
    """The card that comes on HELP, on “Struggling”, and on anything typed."""
    return Screen(
        texts.CRISIS_CARD,
        (
            (_to(buttons.CALL_LIST, texts.CALL_LIST),),
            (_to(buttons.CONTACTED, texts.CONTACTED),),
            (_to(buttons.NONE_SUIT, texts.NONE_SUIT),),
        ),
    )


def call_list(support: Sequence[SupportEntry], language: str) -> Screen:
    """Everybody who answers now."""
    # The national lines first: they answer day and night, and must never be the ones cut off.
    found = sorted(entries_for(Need.CRISIS, support), key=lambda entry: entry.scope == "force")
    return Screen(
        f"{texts.CALL_LIST_TITLE}\n\n{_entries(found, language)}",
        (
            (_to(buttons.CONTACTED, texts.CONTACTED),),
            (_to(buttons.NONE_SUIT, texts.NONE_SUIT),),
            (_to(buttons.MENU, texts.MENU), HELP_BUTTON),
        ),
    )


def contacted() -> Screen:
    """After “I've contacted someone”."""
    return Screen(
        texts.CONTACTED_ANSWER,
        ((_to(buttons.CALL_LIST, texts.CALL_LIST),), (SUPPORT_BUTTON, HELP_BUTTON)),
    )


def none_suit() -> Screen:
    """After “None of these suit me”: it leads on."""
    return Screen(
        texts.NONE_SUIT_ANSWER,
        ((_to(buttons.CALL_LIST, texts.CALL_LIST),), (SUPPORT_BUTTON, HELP_BUTTON)),
    )


# --- Support --------------------------------------------------------------------------

USUAL = Signposts(MENU_ORDER, None, crisis=False)


def support_menu(signposts: Signposts = USUAL) -> Screen:
    """The support menu; after a check-in its order and first sentence may differ."""
    rows = [(Button(texts.NEEDS[need], buttons.need_data(need)),) for need in signposts.order]
    intro = texts.MENU_INTRO.get(signposts.first, texts.MENU_INTRO[None])
    return Screen(intro, (*rows, (_to(buttons.NONE_SUIT, texts.NONE_SUIT), HELP_BUTTON)))


def need_page(need: Need, support: Sequence[SupportEntry], language: str) -> Screen:
    """The entries for one need; where a force has none, the ones that help with anything."""
    found = entries_for(need, support)
    intro = [f"<b>{escape(texts.NEEDS[need])}</b>"]
    if need in texts.NEED_INTRO:
        intro.append(texts.NEED_INTRO[need])
    if not found:
        intro.append(texts.NOBODY_HERE)
        found = entries_for(Need.TALK, support) or entries_for(Need.CRISIS, support)
    return Screen(
        "\n\n".join([*intro, _entries(found, language)]),
        ((_to(buttons.MENU, texts.MENU), HELP_BUTTON),),
    )


def _entries(entries: Sequence[SupportEntry], language: str) -> str:
    texts_of_entries = [_entry(entry, language) for entry in entries]
    fitting: list[str] = []
    for text in texts_of_entries:
        # Telegram refuses a message that is too long, and then nothing of it would arrive.
        if sum(map(len, fitting)) + len(text) > MOST_CHARACTERS:
            break
        fitting.append(text)
    return "\n\n".join(fitting)


def _entry(entry: SupportEntry, language: str) -> str:
    # Numbers stand in the text: Telegram makes them tappable, and buttons cannot dial.
    ways = [
        entry.phone,
        f"Text {entry.text_to}" if entry.text_to else None,
        in_language(entry.contact, language) if entry.contact else None,
        entry.link,
    ]
    cost = f" · {in_language(entry.cost, language)}" if entry.cost else ""
    lines = [
        f"<b>{escape(in_language(entry.name, language))}</b>",
        escape(" · ".join(way for way in ways if way)),
        escape(f"{in_language(entry.hours, language)}{cost}"),
        f"<i>{escape(in_language(entry.for_whom, language))}."
        f" {escape(in_language(entry.confidentiality, language))}.</i>",
    ]
    return "\n".join(lines)


# --- Joining --------------------------------------------------------------------------


def promises(unit: str, heads: int, code: str) -> Screen:
    """The limits of anonymity, and the choice."""
    return Screen(
        texts.promises(unit, heads),
        (
            (Button(texts.AGREE, buttons.agree_data(code)),),
            (_to(buttons.DECLINE, texts.DECLINE), HELP_BUTTON),
        ),
    )


def ask_role() -> Screen:
    """The first optional question, asked once."""
    rows = [(Button(label, buttons.role_data(number)),) for number, label in texts.ROLES.items()]
    last = (Button(texts.RATHER_NOT, buttons.role_data(0)), HELP_BUTTON)
    return Screen(texts.ASK_ROLE, (*rows, last), protected=True)


def ask_service() -> Screen:
    """The second optional question, asked once."""
    rows = [
        (Button(label, buttons.service_data(number)),) for number, label in texts.SERVICES.items()
    ]
    last = (Button(texts.RATHER_NOT, buttons.service_data(0)), HELP_BUTTON)
    return Screen(texts.ASK_SERVICE, (*rows, last), protected=True)


def forget_question() -> Screen:
    """Asked once, because it cannot be undone."""
    return Screen(
        texts.FORGET_QUESTION,
        (
            (_to(buttons.FORGET_YES, texts.FORGET_YES),),
            (_to(buttons.FORGET_NO, texts.FORGET_NO), HELP_BUTTON),
        ),
    )


# --- Check-ins ------------------------------------------------------------------------


def opening(draft: Draft, make: MakeData, *, reminder: bool = False) -> Screen:
    """The message that comes by itself. What a lock screen shows of it is neutral."""
    text = texts.REMINDER if reminder else texts.READY
    return Screen(
        text, ((Button(texts.OPEN, make(draft, Tap(Verb.OPEN))), HELP_BUTTON),), protected=True
    )


def question(draft: Draft, view: RoundInView, make: MakeData) -> Screen:
    """One question: progress, the question in bold, its options, and the quiet row."""
    instrument = view.instrument
    item = instrument.items[draft.item]
    language = instrument.languages[draft.language]
    lines = [texts.progress(draft.item + 1, len(instrument.items))]
    if draft.item == 0:
        unit = view.units.units[draft.unit]
        lines.append(texts.counts_in(unit.name, unit.heads))
    lines += ["", f"<b>{escape(in_language(item.text, language))}</b>"]
    back = (
        Button(texts.TO_REVIEW, make(draft, Tap(Verb.REVIEW, draft.item)))
        if draft.reviewed
        else Button(texts.BACK, make(draft, Tap(Verb.BACK, draft.item)))
    )
    skip = Button(texts.SKIP, make(draft, Tap(Verb.SKIP, draft.item)))
    rows = (*_options(draft, item, language, make), (back, skip, HELP_BUTTON))
    return Screen("\n".join(lines), rows, protected=True)


def _options(
    draft: Draft, item: Item, language: str, make: MakeData
) -> tuple[tuple[Button, ...], ...]:
    chosen = chosen_options(draft.answers[draft.item], item)
    verb = Verb.CHOOSE if item.kind == "choice" else Verb.TOGGLE
    options = [
        Button(
            ("✓ " if position in chosen else "") + in_language(option.label, language),
            make(draft, Tap(verb, draft.item, position)),
        )
        for position, option in enumerate(item.options)
    ]
    if item.layout == "scale":
        half = (len(options) + 1) // 2
        rows: list[tuple[Button, ...]] = [tuple(options[:half]), tuple(options[half:])]
    else:
        rows = [(option,) for option in options]
    if item.kind == "choices":
        rows.append((Button(texts.DONE, make(draft, Tap(Verb.DONE, draft.item))),))
    return tuple(rows)


def review(step: Review, view: RoundInView, make: MakeData) -> Screen:
    """All answers, each tappable to change; then the one main action."""
    draft, instrument = step.draft, view.instrument
    language = instrument.languages[draft.language]
    end = len(instrument.items)
    rows: list[tuple[Button, ...]] = []
    for position, (item, answer) in enumerate(zip(instrument.items, draft.answers, strict=True)):
        chosen = [
            in_language(item.options[option].label, language)
            for option in chosen_options(answer, item)
        ]
        label = f"{position + 1}. {', '.join(chosen) or texts.SKIPPED}"
        rows.append((Button(label, make(draft, Tap(Verb.CHANGE, end, position))),))
    if step.can_seal:
        rows.append((Button(texts.SEAL, make(draft, Tap(Verb.SEAL, end))),))
    rows.append((Button(texts.BACK, make(draft, Tap(Verb.BACK, end))), HELP_BUTTON))
    if not step.can_seal:
        return Screen(texts.NOTHING_TO_SEAL, tuple(rows), protected=True)
    unit = view.units.units[draft.unit]
    text = f"{texts.CHECK_YOUR_ANSWERS}\n{texts.counts_in(unit.name, unit.heads)}"
    return Screen(text, tuple(rows), protected=True)


def after_sealing(text: str) -> Screen:
    """What is left of a check-in: no answer stays visible on the phone."""
    return Screen(text, ((SUPPORT_BUTTON, HELP_BUTTON),), protected=True)
