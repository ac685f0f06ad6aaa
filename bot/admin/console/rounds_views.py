"""Rounds in words, for the page about them: never who or how many took part."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from bot.core.errands import Errand, Kind, Outcome
from bot.core.rounds import RoundState, Steering
from bot.web.words import day_in_words, days_in_words
from bot.workflows.round_desk import ComingRound, PastRound, Rounds, RoundStanding

WAITS: Final = (
    "The officers' process has not said yet what came of it. It looks every few seconds, and "
    "what it has not begun after an hour is not done any more."
)

_ASKED: Final[Mapping[Kind, str]] = {
    Kind.OPEN_ROUND: "Open the round of {subject}",
    Kind.PAUSE_ROUND: "Pause {subject}",
    Kind.RESUME_ROUND: "Resume {subject}",
    Kind.EXTEND_ROUND: "Extend {subject}",
    Kind.CLOSE_ROUND: "Close {subject} early",
}


@dataclass(frozen=True, slots=True)
class AskedView:
    """What was asked for, and what came of it."""

    number: int
    what: str
    by: str
    came: str
    state: str


@dataclass(frozen=True, slots=True)
class RoundView:
    """A round under way, in sentences, and what may be done to it."""

    id: str
    name: str
    sentences: tuple[str, ...]
    acts: frozenset[str]
    first_day: date | None
    last_day: date | None
    no_extension: str
    no_close: str


@dataclass(frozen=True, slots=True)
class ComingView:
    """A round to come."""

    check_in: str
    name: str
    sentence: str
    is_due: bool


@dataclass(frozen=True, slots=True)
class PastView:
    """A round that is past; `has_result` says whether there is a page of it."""

    id: str
    name: str
    sentence: str
    has_result: bool


@dataclass(frozen=True, slots=True)
class RoundsView:
    """The whole page."""

    under_way: tuple[RoundView, ...]
    coming: tuple[ComingView, ...]
    past: tuple[PastView, ...]
    newer: int | None
    older: int | None
    needs_help: bool


def view_of(rounds: Rounds, on_a_page: int) -> RoundsView:
    """Return what the page says of all rounds."""
    return RoundsView(
        tuple(_under_way(each) for each in rounds.under_way),
        tuple(_coming(each) for each in rounds.coming),
        tuple(_past(each) for each in rounds.past),
        max(rounds.skipped - on_a_page, 0) if rounds.skipped else None,
        rounds.skipped + on_a_page if rounds.has_more else None,
        rounds.needs_help,
    )


def _under_way(each: RoundStanding) -> RoundView:
    too_soon = Steering.CLOSE_EARLY in each.acts and each.too_soon_to_close
    acts = {act.name.lower() for act in each.acts}
    acts -= {"close_early"} if too_soon else set()
    acts -= {"extend"} if each.extension is None else set()
    first, last = each.extension or (None, None)
    return RoundView(
        each.id,
        f"{each.title}, from {day_in_words(each.opens_on)}",
        tuple(_sentences(each)),
        frozenset(acts),
        first,
        last,
        _no_extension(each),
        f"It can be closed early from {day_in_words(each.closes_early_from)} on: until then not "
        "everybody has had their moment to be written to."
        if too_soon
        else "",
    )


def _sentences(each: RoundStanding) -> list[str]:
    return [_state(each), *_prompts(each), _result(each)]


def _state(each: RoundStanding) -> str:
    closes = day_in_words(each.closes_on)
    if each.state is not RoundState.OPEN:
        when = "early" if each.closed_early else f"as {closes} began"
        return f"Closed {when}. It takes no more answers."
    if each.is_over:
        return "Its time is over: it closes within a minute, if the officers' process runs."
    if each.paused_on is not None:
        return (
            f"Paused since {day_in_words(each.paused_on)}: nobody is written to. Answers to "
            f"messages that are out are taken. It closes as {closes} begins, paused or not."
        )
    return f"Open: takes answers, and closes as {closes} begins."


def _prompts(each: RoundStanding) -> list[str]:
    if each.state is not RoundState.OPEN or each.is_over:
        return []
    if not each.invites:
        return ["Officers start it themselves; nobody is written to."]
    many = len(each.prompts)
    if many == 1:
        return [f"It asks once, from {day_in_words(each.prompts[0])} on."]
    if each.asked == many:
        return [f"All {many} prompts have had their day."]
    following = each.prompts[each.asked]
    return [f"{each.asked} of {many} prompts have had their day, next {day_in_words(following)}."]


def _result(each: RoundStanding) -> str:
    if each.result_from is None:
        return "Its result comes within minutes, if the tally runs."
    return f"Its result comes from {day_in_words(each.result_from)} on."


def _no_extension(each: RoundStanding) -> str:
    if Steering.EXTEND not in each.acts or each.extension is not None:
        return ""
    return f"It cannot be extended: {each.no_extension}."


def _coming(each: ComingRound) -> ComingView:
    day = day_in_words(each.opens_on)
    if each.is_due:
        sentence = (
            f"Should be open since {day}. It opens by itself within a minute, if there is an "
            "unused sealing key and the officers' process runs."
        )
    else:
        sentence = f"Opens by itself on {day}."
    return ComingView(each.check_in, each.title, sentence, each.is_due)


def _past(each: PastRound) -> PastView:
    name = f"{each.title}, from {day_in_words(each.opens_on)}"
    if each.released_on is None:
        sentence = "Abandoned: it has no result and never will. Answers and key are destroyed."
        return PastView(each.id, name, sentence, has_result=False)
    ended = "; answers and key are destroyed" if each.is_shredded else ""
    sentence = f"Result of {day_in_words(each.released_on)}{ended}."
    return PastView(each.id, name, sentence, has_result=True)


def asked_view(errand: Errand, came: Outcome | None) -> AskedView:
    """Return what is said of something that was asked for."""
    what = _ASKED[errand.kind].format(subject=errand.subject)
    if "last day" in errand.detail:
        what += f" to {errand.detail['last day']}"
    if came is None:
        return AskedView(errand.number, what, errand.by, WAITS, "waits")
    return AskedView(
        errand.number, what, errand.by, came.sentence, "done" if came.done else "not done"
    )


def asked_views(found: Sequence[tuple[Errand, Outcome | None]]) -> list[AskedView]:
    """Return what is said of everything that was asked for lately."""
    return [asked_view(errand, came) for errand, came in found]


def allowed_days(view: RoundView) -> str:
    """Return the days that may be a round's new last one, in words."""
    if view.first_day is None or view.last_day is None:
        return ""
    return days_in_words(view.first_day, view.last_day)
