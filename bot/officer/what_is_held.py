"""Everything that is held about a chat, in plain words, page by page. Pure."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.core.calendar import local_day
from bot.core.contact_times.choices import ContactTimes
from bot.core.contact_times.duty_patterns import cycle_of
from bot.core.documents import in_language
from bot.core.languages import Tongue, Tongues
from bot.core.plain_words import untapped
from bot.core.profiles import Profile
from bot.officer.alert_chat import LINKED_FOR_ALERTS
from bot.officer.buttons import named_data
from bot.officer.duty_words import quiet_in_words, runs_in_words, runs_of, times_in_words
from bot.officer.screen import Button, Row, Screen, help_button, support_button, to
from bot.officer.texts import joining as joining_texts
from bot.officer.texts import leaving as texts
from bot.workflows.contact import times_of
from bot.workflows.held import (
    DeliveryKind,
    DeliveryState,
    Held,
    HeldEnrolment,
    HeldFollowUp,
    HeldMessage,
    HeldPrompt,
)

HELD = "held"
FORGET = "forget"

_OVER = DeliveryState.SENT, DeliveryState.EXPIRED

PAGE = 1_500
"""Characters of one page; a single part may make it longer, but never too long to arrive."""


def held_page(
    tongue: Tongue,
    held: Held,
    now: datetime,
    tongues: Tongues,
    page: int = 0,
    remembered: str | None = None,
) -> Screen:
    """One page of everything; the last one where there are fewer."""
    pages = _pages(list(_parts(tongue, held, now, tongues, remembered)))
    page = min(page, len(pages) - 1)
    turn: list[Button] = []
    if page > 0:
        turn.append(Button(tongue.label(texts.EARLIER), _turned_to(tongue, page - 1)))
    if page + 1 < len(pages):
        turn.append(Button(tongue.label(texts.MORE), _turned_to(tongue, page + 1)))
    rows: list[Row] = [tuple(turn)] if turn else []
    if not held.is_nothing:
        rows.append((to(tongue, texts.ERASE, FORGET),))
    rows.append((support_button(tongue), help_button(tongue)))
    return Screen("\n\n".join(pages[page]), tuple(rows), protected=True)


def _turned_to(tongue: Tongue, page: int) -> str:
    return named_data(HELD, f"{page}", tongue.language)


def _pages(parts: Sequence[str]) -> list[list[str]]:
    pages: list[list[str]] = [[]]
    for part in parts:
        if pages[-1] and sum(map(len, pages[-1])) + len(part) > PAGE:
            pages.append([])
        pages[-1].append(part)
    return pages


def _parts(
    tongue: Tongue, held: Held, now: datetime, tongues: Tongues, remembered: str | None
) -> Iterator[str]:
    """Yield the paragraphs."""
    if held.is_nothing:
        yield tongue(texts.NOTHING_HELD)
    else:
        yield tongue(texts.ALL)
    if held.enrolment is not None:
        yield from _enrolment(tongue, held, held.enrolment, now, tongues)
        if not held.prompts:
            yield tongue(texts.NO_CHECK_INS)
        for prompt in held.prompts:
            yield "\n".join(_prompt(tongue, prompt, held.timezone))
    if held.follow_ups:
        yield tongue(texts.ASKED_FOR)
        for follow_up in held.follow_ups:
            yield "\n".join(_follow_up(tongue, follow_up, held.timezone, tongues))
    elif held.enrolment is not None:
        yield tongue(texts.NOTHING_ASKED_FOR)
    for mark in held.marks:
        title = untapped(in_language(mark.title, tongue.language))
        yield tongue(texts.ANSWERED_FOLLOW_UP, title=title)
    if held.is_lead:
        yield tongue(texts.LINKED_FOR_A_LEAD)
    if held.is_told:
        yield LINKED_FOR_ALERTS
    if remembered is not None:
        yield tongue(texts.MEMORY, language=tongues.of(remembered).name)
    yield tongue(texts.NOT_SHOWN)


def _enrolment(
    tongue: Tongue, held: Held, enrolment: HeldEnrolment, now: datetime, tongues: Tongues
) -> Iterator[str]:
    joined = texts.JOINED_STOPPED if enrolment.is_stopped else texts.JOINED
    yield tongue(joined, team=untapped(enrolment.team))
    if enrolment.profile is None:
        yield tongue(texts.PROFILE_DAMAGED)
        return
    yield "\n".join(_about(tongue, enrolment.profile, tongues))
    yield "\n".join(_when(tongue, enrolment.profile, held.timezone, now))
    yield "\n".join(_contact(tongue, enrolment.profile))


def _about(tongue: Tongue, profile: Profile, tongues: Tongues) -> Iterator[str]:
    yield tongue(texts.NUMBER, number=profile.telegram_id)
    yield tongue(texts.LANGUAGE, language=tongues.of(profile.language).name)
    role = joining_texts.ROLES.get(profile.role_type.value, joining_texts.RATHER_NOT)
    yield tongue(texts.ROLE, role=tongue.label(role))
    service = joining_texts.SERVICES.get(profile.service.value, joining_texts.RATHER_NOT)
    yield tongue(texts.SERVICE, service=tongue.label(service))


def _when(tongue: Tongue, profile: Profile, timezone: str, now: datetime) -> Iterator[str]:
    times = times_of(profile)
    words = times_in_words(tongue, times, local_day(now, timezone))
    # Made safe already.
    yield tongue.label(texts.TIMES, times=words)
    yield from _own_cycle(tongue, times)
    yield tongue(texts.QUIET, **quiet_in_words(tongue, times))
    if times.cancelled:
        days = ", ".join(map(tongue.day, times.cancelled))
        yield tongue(texts.CANCELLED, days=days)
    if profile.paused_until is None:
        yield tongue(texts.NOT_PAUSED)
    else:
        yield tongue(texts.PAUSED, day=tongue.day(profile.paused_until))


def _own_cycle(tongue: Tongue, times: ContactTimes) -> Iterator[str]:
    if times.own_cycle:
        cycle = cycle_of(times.own_cycle)
        yield tongue(texts.OWN_CYCLE, runs=runs_in_words(tongue, runs_of(cycle)))


def _contact(tongue: Tongue, profile: Profile) -> Iterator[str]:
    if profile.contacted:
        days = ", ".join(map(tongue.day, profile.contacted))
        yield tongue(texts.CONTACTED, days=days)
    else:
        yield tongue(texts.NOT_CONTACTED)
    if profile.ignored:
        yield tongue.counted(texts.IGNORED, profile.ignored)
    asked = profile.asked_to_carry_on
    yield tongue(texts.ASKED_TO_CARRY_ON if asked else texts.NOT_ASKED_TO_CARRY_ON)


def _prompt(tongue: Tongue, prompt: HeldPrompt, timezone: str) -> Iterator[str]:
    title = untapped(in_language(prompt.title, tongue.language))
    if prompt.day is None:
        yield tongue(texts.PROMPT_UNKNOWN, title=title)
    else:
        yield tongue(texts.PROMPT, title=title, day=tongue.day(prompt.day))
    for message in prompt.messages:
        yield _message(tongue, message, timezone)
        # What is over keeps no number of its own, and one goes without saying.
        if message.state not in _OVER or message.attempts > 1:
            yield from _tries(tongue, message.attempts)
    if prompt.took_part:
        yield tongue(texts.TOOK_PART)


def _message(tongue: Tongue, message: HeldMessage, timezone: str) -> str:
    reminds = message.kind is DeliveryKind.REMINDER
    said = texts.REMINDERS if reminds else texts.INVITATIONS
    return tongue(said[message.state], **_moment(tongue, message.due_at, timezone))


def _tries(tongue: Tongue, attempts: int) -> Iterator[str]:
    if attempts:
        yield tongue.counted(texts.TRIES, attempts)


def _follow_up(tongue: Tongue, row: HeldFollowUp, timezone: str, tongues: Tongues) -> Iterator[str]:
    state = tongue(texts.FOLLOW_UP_STATES[row.state], **_moment(tongue, row.due_at, timezone))
    yield tongue.label(texts.FOLLOW_UPS[row.kind], state=state)
    yield from _tries(tongue, row.attempts)
    if row.address is None:
        yield tongue(texts.ADDRESS_DAMAGED)
        return
    number, language = row.address.telegram_id, tongues.of(row.address.language).name
    yield tongue(texts.SEALED_WITH_IT, number=number, language=language)
    if row.address.asked_at is not None:
        yield tongue(texts.ASKED_AT)


def _moment(tongue: Tongue, moment: datetime, timezone: str) -> dict[str, str]:
    local = moment.astimezone(ZoneInfo(timezone))
    return {"day": tongue.day(local.date()), "time": tongue.time(local)}
