"""A check-in on the screen: one message that changes in place. Pure."""

from collections.abc import Callable
from html import escape

from bot.core.documents import in_language
from bot.core.drafts import Draft, Review, Tap, Verb, chosen_options
from bot.core.instruments import Item
from bot.core.languages import Tongue
from bot.core.plain_words import untapped
from bot.officer.screen import Button, Row, Screen, help_button, support_button
from bot.officer.texts import check_ins as texts
from bot.officer.texts import common
from bot.officer.wording import group_name, group_size, share
from bot.workflows.catalogue import RoundInView
from bot.workflows.replies import Finding

MakeData = Callable[[Draft, Tap], str]
"""Returns the data of a check-in's button for the officer who will see it."""


def opening(tongue: Tongue, draft: Draft, make: MakeData) -> Screen:
    """The message that comes by itself, also to remind. What a lock screen shows is neutral."""
    open_it = Button(tongue.label(texts.OPEN), make(draft, Tap(Verb.OPEN)))
    return Screen(tongue(texts.READY), ((open_it, help_button(tongue)),), protected=True)


def question(tongue: Tongue, draft: Draft, view: RoundInView, make: MakeData) -> Screen:
    """One question: progress, the question in bold, its options, and the quiet row."""
    instrument = view.instrument
    item = instrument.items[draft.item]
    lines = [tongue(texts.PROGRESS, number=draft.item + 1, of=len(instrument.items))]
    if draft.item == 0:
        lines += [_counts_in(tongue, draft, view), *_you_said(tongue, draft, view)]
    lines += ["", f"<b>{escape(in_language(item.text, tongue.language))}</b>"]
    lines += _chosen_so_far(tongue, draft, item)
    back = (
        Button(tongue.label(texts.TO_REVIEW), make(draft, Tap(Verb.REVIEW, draft.item)))
        if draft.reviewed
        else Button(tongue.label(common.BACK), make(draft, Tap(Verb.BACK, draft.item)))
    )
    skip = Button(tongue.label(common.SKIP), make(draft, Tap(Verb.SKIP, draft.item)))
    rows = (*_options(tongue, draft, item, make), (back, skip, help_button(tongue)))
    return Screen("\n".join(lines), rows, protected=True)


def _counts_in(tongue: Tongue, draft: Draft, view: RoundInView) -> str:
    unit = view.units.units[draft.unit]
    name = group_name(tongue, unit, view.programme)
    return tongue(texts.COUNTS_IN, unit=name, size=group_size(tongue, unit.heads))


def _you_said(tongue: Tongue, draft: Draft, view: RoundInView) -> list[str]:
    """Return one finding about the officer's own group, and what was done about it."""
    finding = view.finding_for(draft.unit)
    return [] if finding is None else ["", *finding_lines(tongue, finding)]


def finding_lines(tongue: Tongue, finding: Finding) -> list[str]:
    """Return what an officer reads of one finding; its lead sees the same before sending it."""
    said = tongue(
        texts.YOU_SAID,
        group=untapped(finding.group),
        theme=in_language(finding.theme, tongue.language),
        share=share(tongue, finding.share),
        answer=in_language(finding.answer, tongue.language),
    )
    # A lead's words stand among the bot's own: nothing in them leads anywhere.
    reply = untapped(in_language(finding.reply, tongue.language))
    return [said, tongue(texts.WE_DID, reply=reply)]


def _chosen_so_far(tongue: Tongue, draft: Draft, item: Item) -> list[str]:
    """Return how many options are chosen, before a tap too many that changes nothing."""
    chosen = chosen_options(draft.answers[draft.item], item)
    # The question says how many; "Prefer not to say" needs no counting.
    if item.at_most is None or not chosen or item.options[chosen[0]].alone:
        return []
    text = texts.MOST_CHOSEN if len(chosen) == item.at_most else texts.CHOSEN_SO_FAR
    return [tongue(text, number=len(chosen), most=item.at_most)]


def _options(tongue: Tongue, draft: Draft, item: Item, make: MakeData) -> tuple[Row, ...]:
    chosen = chosen_options(draft.answers[draft.item], item)
    verb = Verb.CHOOSE if item.kind == "choice" else Verb.TOGGLE
    options = [
        Button(
            ("✓ " if position in chosen else "") + in_language(option.label, tongue.language),
            make(draft, Tap(verb, draft.item, position)),
        )
        for position, option in enumerate(item.options)
    ]
    if item.layout == "scale":
        half = (len(options) + 1) // 2
        rows: list[Row] = [tuple(options[:half]), tuple(options[half:])]
    else:
        rows = [(option,) for option in options]
    if item.kind == "choices":
        done = Button(tongue.label(texts.DONE), make(draft, Tap(Verb.DONE, draft.item)))
        rows.append((done,))
    return tuple(rows)


def review(tongue: Tongue, step: Review, view: RoundInView, make: MakeData) -> Screen:
    """All answers, each tappable to change; then the one main action."""
    draft, instrument = step.draft, view.instrument
    end = len(instrument.items)
    rows: list[Row] = []
    for position, (item, answer) in enumerate(zip(instrument.items, draft.answers, strict=True)):
        chosen = [
            in_language(item.options[option].label, tongue.language)
            for option in chosen_options(answer, item)
        ]
        label = f"{position + 1}. {', '.join(chosen) or tongue.label(texts.SKIPPED)}"
        rows.append((Button(label, make(draft, Tap(Verb.CHANGE, end, position))),))
    if step.can_seal:
        rows.append((Button(tongue.label(texts.SEAL), make(draft, Tap(Verb.SEAL, end))),))
    back = Button(tongue.label(common.BACK), make(draft, Tap(Verb.BACK, end)))
    rows.append((back, help_button(tongue)))
    if not step.can_seal:
        return Screen(tongue(texts.NOTHING_TO_SEAL), tuple(rows), protected=True)
    text = f"{tongue(texts.CHECK_YOUR_ANSWERS)}\n{_counts_in(tongue, draft, view)}"
    return Screen(text, tuple(rows), protected=True)


def after_sealing(tongue: Tongue, text: str) -> Screen:
    """What is left of a check-in: no answer stays visible on the phone."""
    return Screen(tongue(text), ((support_button(tongue), help_button(tongue)),), protected=True)
