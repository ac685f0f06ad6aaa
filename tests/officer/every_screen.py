"""Every screen an officer can see, by name and kind, in any language.

Tests look at each, and docs/screens.md is made from it. A screen that is missing here fails
`test_every_kind_of_screen_is_looked_at`; a text that stands on none fails
`test_every_text_is_on_some_screen`.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from enum import StrEnum

from bot import wiring
from bot.core.contact_times.choices import ContactTimes
from bot.core.contact_times.duty_patterns import PATTERNS, Shift
from bot.core.drafts import SKIPPED, Review, Tap, Verb
from bot.core.instruments import Need
from bot.core.languages import Tongue, Tongues
from bot.core.signposting import MENU_ORDER, order_menu
from bot.officer import (
    asked_for,
    carry_on,
    check_in_screens,
    crisis,
    joining,
    leaving,
    own_cycle,
    self_started,
    settings,
    steady,
    support,
    tomorrow,
    tough_job,
    when_to_ask,
)
from bot.officer.screen import Button, Screen, plain
from bot.officer.texts import carry_on as carry_on_texts
from bot.officer.texts import check_ins as check_in_texts
from bot.officer.texts import common
from bot.officer.texts import joining as joining_texts
from bot.officer.texts import leaving as leaving_texts
from bot.officer.texts import self_started as self_started_texts
from bot.officer.texts import steady as steady_texts
from bot.officer.texts import tomorrow as tomorrow_texts
from bot.officer.texts import tough_job as tough_job_texts
from bot.officer.what_is_held import held_page
from bot.workflows.first_check_in import OpenPrompt
from bot.workflows.follow_up_kinds import TOUGH_JOB
from config.translations import load_translations
from storage.states import FollowUpKind
from tests.officer.examples import NOW, examples_of_held, examples_of_times
from tests.officer.findings import a_finding, every_band
from tests.officer.views import a_draft, a_view, maker
from tests.officer.views import support as entries

TONGUES = Tongues(load_translations())
ENGLISH = TONGUES.of("en")


class Kind(StrEnum):
    """What is expected of a screen."""

    CHECK_IN = "check-in"
    """At most five short lines, and protected."""
    SHORT = "short"
    """At most five short lines."""
    LONG = "long"
    """Has to be said in full: promises, the crisis card, who to call."""
    SET = "set"
    """What somebody set: at most five short lines, and protected."""
    HELD = "held"
    """What is held about somebody: in full, and protected."""


@dataclass(frozen=True, slots=True)
class Shown:
    """One screen, and how it is called: the function that makes it, then what is special."""

    name: str
    kind: Kind
    screen: Screen


def every_screen(tongue: Tongue = ENGLISH) -> Iterator[Shown]:
    """Yield every screen."""
    yield from _crisis(tongue)
    yield from _support(tongue)
    yield from _steady(tongue)
    yield from _joining(tongue)
    yield from _check_ins(tongue)
    yield from _leaving(tongue)
    yield from _settings(tongue)
    yield from _when_to_ask(tongue)
    yield from _carry_on(tongue)
    yield from _tough_job(tongue)
    yield from _asked_for(tongue)
    yield from _plain(tongue, common, "OLD_BUTTON", "CHANGE_LATER", "COMMANDS_LIST")


def _plain(tongue: Tongue, texts: object, *names: str, **fields: object) -> Iterator[Shown]:
    for name in names:
        yield Shown(f"plain {name}", Kind.SHORT, plain(tongue, getattr(texts, name), **fields))


def _crisis(tongue: Tongue) -> Iterator[Shown]:
    yield Shown("crisis_card", Kind.LONG, crisis.crisis_card(tongue))
    yield Shown("call_list", Kind.LONG, crisis.call_list(tongue, entries()))
    yield Shown("contacted", Kind.SHORT, crisis.contacted(tongue))
    yield Shown("reached", Kind.SHORT, crisis.reached(tongue))
    yield Shown("not_through", Kind.SHORT, crisis.not_through(tongue))
    yield Shown("none_suit", Kind.SHORT, crisis.none_suit(tongue))


def _support(tongue: Tongue) -> Iterator[Shown]:
    yield Shown("support_menu", Kind.SHORT, support.support_menu(tongue))
    for need in MENU_ORDER:
        menu = support.support_menu(tongue, order_menu([need]))
        yield Shown(f"support_menu, first {need}", Kind.SHORT, menu)
    for need in Need:
        yield Shown(f"need_page {need}", Kind.LONG, support.need_page(tongue, need, entries()))
        page = support.need_page(tongue, need, entries()[-3:])
        yield Shown(f"need_page {need}, none of the force", Kind.LONG, page)
    leaving_page = support.need_page(tongue, Need.LEAVING, entries(), asks_why=True)
    yield Shown("need_page leaving, asks why", Kind.LONG, leaving_page)
    page = support.need_page(tongue, Need.TALK, entries(), others=others_than(tongue))
    yield Shown("need_page talk, lines in other languages", Kind.LONG, page)
    yield Shown("everyday", Kind.SHORT, support.everyday(tongue))


def others_than(tongue: Tongue) -> list[Tongue]:
    """Return the other languages of the invented force."""
    return [each for each in TONGUES.among(["en", "cy"]) if each is not tongue]


def _steady(tongue: Tongue) -> Iterator[Shown]:
    for step in range(len(steady_texts.STEADY_STEPS)):
        yield Shown(f"steady_step {step}", Kind.SHORT, steady.steady_step(tongue, step))
    card = len(steady_texts.PLAN_STEPS) - 1
    for step in range(card):
        yield Shown(f"plan_step {step}", Kind.SHORT, steady.plan_step(tongue, step))
    yield Shown("plan_step, the card", Kind.LONG, steady.plan_step(tongue, card))
    for name in ("ANSWERED_OR_NOT_OPEN", "NOT_JOINED"):
        screen = self_started.not_asked(tongue, getattr(self_started_texts, name))
        yield Shown(f"not_asked {name}", Kind.SHORT, screen)
    supervising = ("ANSWERED_OR_NOT_OPEN", "NOT_JOINED")
    yield from _plain(tongue, self_started_texts, *(f"SUPERVISING_{each}" for each in supervising))


def _joining(tongue: Tongue) -> Iterator[Shown]:
    promises = joining.promises(tongue, "Harbour Response", 48, "ABCDEFGH2345")
    yield Shown("promises", Kind.LONG, promises)
    not_yet = joining.promises(tongue, None, 48, "ABCDEFGH2345")
    yield Shown("promises, a team that is asked nothing yet", Kind.LONG, not_yet)
    others = others_than(tongue)
    promises = joining.promises(tongue, "Harbour Response", 48, "ABCDEFGH2345", others)
    yield Shown("promises, in other languages too", Kind.LONG, promises)
    yield Shown("ask_role", Kind.SHORT, joining.ask_role(tongue))
    yield Shown("ask_service", Kind.SHORT, joining.ask_service(tongue))
    yield from _plain(
        tongue,
        joining_texts,
        *("WELCOME", "DECLINED", "CODE_UNKNOWN", "CODE_USED_UP", "CODE_EXPIRED", "TEAM_FULL"),
        *("OTHER_TEAM", "NOT_YET", "TOO_MANY_TRIES", "CODE_LATER"),
    )
    yield Shown("welcome_back", Kind.SHORT, joining.welcome_back(tongue))
    supervises = joining.welcome_back(tongue, asks_supervisors=True)
    yield Shown("welcome_back, supervisors asked", Kind.SHORT, supervises)
    resumed = joining.welcome_back(tongue, joining_texts.RESUMED)
    yield Shown("welcome_back, who had stopped", Kind.SHORT, resumed)
    first, day = OpenPrompt(a_view(), 0, 0), date(2026, 12, 7)
    yield Shown("joined", Kind.SHORT, joining.joined(tongue, None, None, others))
    yield Shown("joined, on a day", Kind.SHORT, joining.joined(tongue, None, day, others))
    yield Shown("joined, start now", Kind.SHORT, joining.joined(tongue, first, day, others))


def _check_ins(tongue: Tongue) -> Iterator[Shown]:
    view = a_view()
    draft, make = a_draft(view), maker(view)
    texts = check_in_texts

    def shown(name: str, screen: Screen) -> Shown:
        return Shown(name, Kind.CHECK_IN, screen)

    yield shown("opening", check_in_screens.opening(tongue, draft, make))
    for position in range(len(view.instrument.items)):
        at = replace(draft, item=position)
        asked = check_in_screens.question(tongue, at, view, make)
        yield shown(f"question {position + 1}", asked)
        again = check_in_screens.question(tongue, replace(at, reviewed=True), view, make)
        yield shown(f"question {position + 1}, from the review", again)
    end = len(view.instrument.items)
    for name, answer in (("skipped", SKIPPED), ("answered", 2)):
        answered = replace(draft, item=end, reviewed=True, answers=(answer,) * end)
        step = Review(answered)
        yield shown(f"review, {name}", check_in_screens.review(tongue, step, view, make))
    for text in (
        texts.SEALED,
        texts.SEALED_BEFORE,
        texts.CLOSED,
        texts.NOT_ASKED,
        texts.ANSWERED_OR_OVER,
    ):
        yield shown("after_sealing", check_in_screens.after_sealing(tongue, text))
    yield from _plain(tongue, texts, "UNREADABLE", "NOT_NOW")
    for band in every_band():
        told = replace(view, findings=(a_finding(band),))
        asked = check_in_screens.question(tongue, draft, told, make)
        yield shown(f"question 1, you said {band.low} to {band.high}", asked)
    several = a_view(wiring.instruments_by_key()["stay", 1])
    for name, mask in (("one", 0b1), ("three", 0b111), ("rather not", 1 << 19)):
        chosen = replace(a_draft(several), item=1, answers=(0, 2 + 2 * mask))
        asked = check_in_screens.question(tongue, chosen, several, maker(several))
        yield shown(f"question of several, {name}", asked)


def _leaving(tongue: Tongue) -> Iterator[Shown]:
    yield Shown("privacy", Kind.LONG, leaving.privacy(tongue))
    yield Shown("stopped", Kind.SHORT, leaving.stopped(tongue))
    yield Shown("forget_question", Kind.SHORT, leaving.forget_question(tongue))
    yield Shown("forgotten", Kind.LONG, leaving.forgotten(tongue))
    yield from _plain(tongue, leaving_texts, "NOTHING_TO_STOP", "NOTHING_TO_FORGET", "KEPT")
    for what, held in examples_of_held().items():
        for page in range(4 if what == "everything" else 1):
            screen = held_page(tongue, held, NOW, TONGUES, page, "cy")
            yield Shown(f"held_page, {what}, page {page + 1}", Kind.HELD, screen)


def _settings(tongue: Tongue) -> Iterator[Shown]:
    unit = a_view().units.units[0]
    day = date(2026, 12, 28)
    for what, times in examples_of_times().items():
        shown = settings.settings(tongue, settings.Overview(times, tongue.name, unit))
        yield Shown(f"settings, {what}", Kind.SET, shown)
    for what, overview in {
        "paused": settings.Overview(ContactTimes(), tongue.name, unit, day),
        "stopped": settings.Overview(ContactTimes(), tongue.name, unit, is_stopped=True),
        "asked nothing": settings.Overview(ContactTimes(), tongue.name, None),
    }.items():
        yield Shown(f"settings, {what}", Kind.SET, settings.settings(tongue, overview))
    yield Shown("not_joined", Kind.SHORT, settings.not_joined(tongue))
    yield Shown("how_long", Kind.SET, settings.how_long(tongue))
    yield Shown("how_long, paused", Kind.SET, settings.how_long(tongue, day))
    yield Shown("paused", Kind.SET, settings.paused(tongue, day))
    yield Shown("pause_over", Kind.SET, settings.pause_over(tongue, day))
    yield Shown("pause_over, no day", Kind.SET, settings.pause_over(tongue, None))
    yield Shown("nothing_to_pause", Kind.SET, settings.nothing_to_pause(tongue))
    offered = TONGUES.among(["en", "cy"])
    yield Shown("which_language", Kind.SET, settings.which_language(tongue, offered))
    yield Shown("language_set", Kind.SET, settings.language_set(tongue))
    later = settings.language_set(tongue, noted=False)
    yield Shown("language_set, for now", Kind.SET, later)


def _when_to_ask(tongue: Tongue) -> Iterator[Shown]:
    today = NOW.date()
    day = date(2026, 12, 3)
    place = (Shift.REST, 2)

    def shown(name: str, screen: Screen) -> Shown:
        return Shown(name, Kind.SET, screen)

    for what, times in examples_of_times().items():
        yield shown(f"when_to_ask, {what}", when_to_ask.when_to_ask(tongue, times, today))
        said = when_to_ask.times_set(tongue, times, today)
        following = when_to_ask.Next(day, place)
        yield shown(f"set_now, {what}", when_to_ask.set_now(tongue, said, following))
    for what, following in {
        "no place": when_to_ask.Next(day, None),
        "no moment": when_to_ask.Next(None, None),
        "stopped": when_to_ask.Next(day, place, is_stopped=True),
    }.items():
        yield shown(f"set_now, {what}", when_to_ask.set_now(tongue, said, following))
    yield shown("which_part", when_to_ask.which_part(tongue))
    yield shown("which_pattern", when_to_ask.which_pattern(tongue))
    yield shown("which_quiet_hours", when_to_ask.which_quiet_hours(tongue, ContactTimes()))
    yield shown("which_rest_day", when_to_ask.which_rest_day(tongue, [day]))
    yield shown("which_rest_day, none", when_to_ask.which_rest_day(tongue, []))
    yield shown("no_pattern_yet", when_to_ask.no_pattern_yet(tongue))
    cancelled = when_to_ask.rest_day_cancelled(tongue, day)
    yield shown("set_now, cancelled", when_to_ask.set_now(tongue, cancelled, following))
    quiet = when_to_ask.quiet_set(tongue, ContactTimes())
    yield shown("set_now, quiet", when_to_ask.set_now(tongue, quiet, following))
    for letters in ("", "E", "RR", "EELLNNRRRR", "ELNDR" * 7, "R" * 35):
        yield shown(f"build_cycle, {letters}", own_cycle.build_cycle(tongue, letters))
    for name in ("2-2-2-4", "2x2x3", "ELNDR" * 7):
        cycle = own_cycle.cycle_named(name)
        assert cycle is not None
        yield shown(f"today_is, {name}", own_cycle.today_is(tongue, name, cycle))
    twelve_hours = PATTERNS["2x2x3"]
    asked = own_cycle.after_today(tongue, "2x2x3", twelve_hours, (Shift.DAY, 1))
    yield shown("after_today", asked)


def _tough_job(tongue: Tongue) -> Iterator[Shown]:
    moments = [datetime(2026, 12, 2 + days, 12, tzinfo=UTC) for days in (0, 25)]
    moments.append(datetime(2027, 2, 27, 12, tzinfo=UTC))
    yield Shown("card", Kind.LONG, tough_job.card(tongue, entries()))
    national = [entry for entry in entries() if entry.scope != "force"]
    yield Shown("card, none of the force", Kind.LONG, tough_job.card(tongue, national))
    yield Shown("started", Kind.SHORT, tough_job.started(tongue, moments))
    yield Shown("running", Kind.SHORT, tough_job.running(tongue, moments[0]))
    yield Shown("later", Kind.SHORT, tough_job.later(tongue, tough_job.START))
    view = a_view()
    begin = maker(view)(a_draft(view), Tap(Verb.OPEN))
    answer = Button(tongue.label(tough_job_texts.ANSWER), begin)
    for kind in TOUGH_JOB:
        inside = tough_job.inside(tongue, kind, answer)
        yield Shown(f"inside {kind}", Kind.CHECK_IN, inside)
        unasked = tough_job.without_questions(tongue, kind, entries())
        yield Shown(f"without_questions {kind}", Kind.LONG, unasked)
    for text in ("NOTHING_ASKED", "NOT_ASKED_NOW"):
        none = tough_job.no_questions_now(tongue, getattr(tough_job_texts, text))
        yield Shown(f"no_questions_now {text}", Kind.SHORT, none)
    yield Shown("closing", Kind.SHORT, tough_job.closing(tongue))
    yield from _plain(tongue, tough_job_texts, "KEPT", next=tongue.day(date(2026, 11, 30)))
    yield from _plain(
        tongue,
        tough_job_texts,
        *("NOT_NOW_ANSWER", "NOTHING_RUNS", "STOPPED"),
    )


def _asked_for(tongue: Tongue) -> Iterator[Shown]:
    for kind in FollowUpKind:
        for asks in (False, True) if kind in TOUGH_JOB else (False,):
            name = f"notice {kind}" + (", asks" if asks else "")
            yield Shown(name, Kind.SHORT, asked_for.notice(tongue, kind, asks=asks))
    moment = datetime(2026, 11, 30, 14, 30, tzinfo=UTC)
    yield Shown("timer_set", Kind.SHORT, tomorrow.timer_set(tongue, moment))
    yield Shown("timer_not_set", Kind.SHORT, tomorrow.timer_not_set(tongue))
    yield Shown("checking_on", Kind.SHORT, tomorrow.checking_on(tongue))
    yield from _plain(tongue, tomorrow_texts, "TAKEN_BACK", "OK_ANSWER")


def _carry_on(tongue: Tongue) -> Iterator[Shown]:
    notice = carry_on.carry_on_notice(tongue)
    yield Shown("carry_on_notice", Kind.CHECK_IN, notice)
    question = carry_on.carry_on_question(tongue)
    yield Shown("carry_on_question", Kind.CHECK_IN, question)
    yield from _plain(tongue, carry_on_texts, "GOING_ON", "NOT_JOINED")
    yield from _plain(tongue, carry_on_texts, "PAUSED", day=tongue.day(date(2026, 11, 30)))
