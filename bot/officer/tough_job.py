"""After a tough job: what TRiM is, who to call, and messages that come later if asked for.

Nothing asks what happened, and nothing typed is taken: words behind the command bring the
crisis card. Nobody needs to have joined to be written to; the questions are for whoever has.
"""

import logging
from collections.abc import Sequence
from datetime import datetime

from bot.core.drafts import Tap, Verb, new_draft
from bot.core.instruments import Need
from bot.core.languages import Tongue
from bot.core.support import SupportEntry, entries_for
from bot.officer import buttons
from bot.officer.asked_for import AFTERWARDS, FOLLOW_UP, STOP_THESE
from bot.officer.buttons import CheckInButtons
from bot.officer.crisis import Crisis
from bot.officer.entries import as_text
from bot.officer.screen import Button, Screen, help_button, plain, support_button, to
from bot.officer.texts import tough_job as texts
from bot.officer.topic import Chat
from bot.workflows.catalogue import RoundInView
from bot.workflows.desk import Desk
from bot.workflows.follow_up import Started
from bot.workflows.follow_up_kinds import INSTRUMENT_OF, KIND_OF, FollowUpKind

log = logging.getLogger(__name__)

START = "tough-job-start"
AGAIN = "tough-job-again"
KEEP = "tough-job-keep"
NOT_NOW = "tough-job-not-now"

_MOST_CONTACTS = 2
"""Of each kind: more would push what to do next off a small phone."""


def card(tongue: Tongue, support: Sequence[SupportEntry]) -> Screen:
    """What TRiM is, who to call, and the choice to be asked later."""
    return Screen(
        f"{tongue(texts.CARD)}\n\n{_contacts(tongue, support)}",
        (
            (to(tongue, texts.ASK_ME, START),),
            (to(tongue, texts.NOT_NOW, NOT_NOW),),
            (support_button(tongue), help_button(tongue)),
        ),
    )


def _contacts(tongue: Tongue, support: Sequence[SupportEntry]) -> str:
    """Return the force's TRiM contact and its counselling; lines that answer now without them."""
    trim, talk = (
        [entry for entry in entries_for(need, support, tongue.language) if entry.scope == "force"]
        for need in (Need.TRIM, Need.TALK)
    )
    if trim:
        own = trim[:_MOST_CONTACTS]
        return as_text(tongue, own + [each for each in talk if each not in own][:_MOST_CONTACTS])
    found = talk + [each for each in entries_for(Need.CRISIS, support) if each not in talk]
    return f"{tongue(texts.NO_CONTACT)}\n\n{as_text(tongue, found[: 2 * _MOST_CONTACTS])}"


def started(tongue: Tongue, moments: Sequence[datetime]) -> Screen:
    """When the three messages come, and how to end them."""
    first, second, third = (tongue.day(moment.date()) for moment in moments)
    stop = (to(tongue, texts.STOP_THESE, STOP_THESE),)
    return plain(tongue, texts.STARTED, stop, first=first, second=second, third=third)


def running(tongue: Tongue, coming: datetime) -> Screen:
    """They were asked for before: keep them, or start again."""
    return plain(
        tongue,
        texts.RUNNING,
        (to(tongue, texts.KEEP, KEEP),),
        (to(tongue, texts.AGAIN, AGAIN),),
        (to(tongue, texts.STOP_THESE, STOP_THESE),),
        next=tongue.day(coming.date()),
    )


def later(tongue: Tongue, name: str, argument: str = "") -> Screen:
    """The records cannot be reached; `name` is the button to try again."""
    return plain(tongue, texts.LATER, (to(tongue, texts.TRY_AGAIN, name, argument),))


def inside(tongue: Tongue, kind: FollowUpKind, answer: Button) -> Screen:
    """What a message after a tough job says once it is opened. Answers follow in its place."""
    return Screen(
        f"{tongue(texts.SINCE[kind])}\n\n{tongue(texts.QUESTIONS)}",
        (
            (answer,),
            (to(tongue, texts.WHO_CAN_HELP, buttons.TOUGH_JOB),),
            (to(tongue, texts.STOP_THESE, STOP_THESE), help_button(tongue)),
        ),
        protected=True,
    )


def without_questions(
    tongue: Tongue, kind: FollowUpKind, support: Sequence[SupportEntry]
) -> Screen:
    """What such a message says where the force asks nothing, or nothing of this chat."""
    parts = (tongue(texts.SINCE[kind]), tongue(texts.NO_QUESTIONS), _contacts(tongue, support))
    return Screen(
        "\n\n".join(parts),
        (
            (to(tongue, texts.STOP_THESE, STOP_THESE),),
            (support_button(tongue), help_button(tongue)),
        ),
    )


def no_questions_now(tongue: Tongue, text: str) -> Screen:
    """Why a message that came with questions has none any more, and where to go instead."""
    # Numbers to call do not belong in a message that cannot be copied: they are one tap away,
    # in one of their own.
    return plain(tongue, text, (to(tongue, texts.WHO_CAN_HELP, buttons.TOUGH_JOB),))


def closing(tongue: Tongue) -> Screen:
    """The last word, after what was sealed at 90 days."""
    return plain(tongue, texts.CLOSING)


def closing_after(tongue: Tongue, instrument: str) -> Screen | None:
    """Return the last word where these were the last questions."""
    last = INSTRUMENT_OF[FollowUpKind.TOUGH_JOB_90_DAYS]
    return closing(tongue) if instrument == last else None


class ToughJob:
    """Starts the three messages, stops them, and opens what they bring."""

    def __init__(self, desk: Desk, made: CheckInButtons, crisis: Crisis) -> None:
        self._desk = desk
        self._made = made
        self._crisis = crisis
        self.commands = {"tough_job": self._command}
        self.buttons = {
            buttons.TOUGH_JOB: self._card,
            START: self._start,
            AGAIN: self._start_again,
            KEEP: self._keep,
            NOT_NOW: self._not_now,
            STOP_THESE: self._stop,
            FOLLOW_UP: self._open,
            AFTERWARDS: self._open_without_questions,
        }

    async def _command(self, chat: Chat, argument: str) -> Screen:
        # Whoever writes what happened is answered, and it is kept nowhere.
        return self._crisis.card(chat.tongue) if argument else await self._card(chat, "")

    async def _card(self, chat: Chat, _: str) -> Screen:
        return card(chat.tongue, self._desk.catalogue.support)

    async def _start(self, chat: Chat, _: str) -> Screen:
        return await self._started(chat, START, again=False)

    async def _start_again(self, chat: Chat, _: str) -> Screen:
        return await self._started(chat, AGAIN, again=True)

    async def _started(self, chat: Chat, name: str, *, again: bool) -> Screen:
        try:
            found = await self._desk.follow_ups.start(chat.id, chat.tongue.language, again=again)
        except Exception as error:
            log.error("follow-ups were not started: %s", type(error).__name__)
            return later(chat.tongue, name)
        return _outcome(chat.tongue, found)

    async def _keep(self, chat: Chat, _: str) -> Screen:
        coming = await self._desk.follow_ups.upcoming(chat.id)
        if not coming:
            return plain(chat.tongue, texts.NOTHING_RUNS)
        return plain(chat.tongue, texts.KEPT, next=chat.tongue.day(coming[0].date()))

    async def _not_now(self, chat: Chat, _: str) -> Screen:
        return plain(chat.tongue, texts.NOT_NOW_ANSWER)

    async def _stop(self, chat: Chat, _: str) -> Screen:
        try:
            await self._desk.follow_ups.stop(chat.id)
        except Exception as error:
            log.error("follow-ups were not stopped: %s", type(error).__name__)
            return later(chat.tongue, STOP_THESE)
        return plain(chat.tongue, texts.STOPPED)

    async def _open(self, chat: Chat, argument: str) -> Screen | None:
        kind = KIND_OF.get(argument)
        if kind is None:
            return None
        view = self._desk.follow_ups.round_for(kind)
        if view is None:
            return no_questions_now(chat.tongue, texts.NOTHING_ASKED)
        try:
            asked = await self._desk.follow_ups.is_asked(chat.id, view)
        except Exception as error:
            log.error("a follow-up was not opened: %s", type(error).__name__)
            return later(chat.tongue, FOLLOW_UP, argument)
        if not asked:
            return no_questions_now(chat.tongue, texts.NOT_ASKED_NOW)
        return inside(chat.tongue, kind, self._answer(chat, view))

    def _answer(self, chat: Chat, view: RoundInView) -> Button:
        languages = view.instrument.languages
        language = chat.tongue.language
        draft = new_draft(
            view.instrument,
            round_reference=view.reference,
            prompt=0,
            unit=0,
            language=languages.index(language) if language in languages else 0,
        )
        data = self._made.callback_data(view, draft, Tap(Verb.OPEN), chat.id)
        return Button(chat.tongue.label(texts.ANSWER), data)

    async def _open_without_questions(self, chat: Chat, argument: str) -> Screen | None:
        kind = KIND_OF.get(argument)
        if kind is None:
            return None
        return without_questions(chat.tongue, kind, self._desk.catalogue.support)


def _outcome(tongue: Tongue, found: Started) -> Screen:
    return running(tongue, found.moments[0]) if found.before else started(tongue, found.moments)
