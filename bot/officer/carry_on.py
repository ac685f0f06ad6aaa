"""The one question after several check-ins in a row without an answer, and what is said to it."""

from bot.core.languages import Tongue
from bot.officer.screen import Screen, help_button, plain, support_button, to
from bot.officer.texts import carry_on as texts
from bot.officer.texts import check_ins as check_in_texts
from bot.officer.texts import leaving as leaving_texts
from bot.officer.topic import Chat, Command
from bot.workflows.desk import Desk

CARRY_ON = "carry-on"
ASK = "carry-on-open"
YES = "yes"
PAUSE = "pause"
STOP = "stop"
PAUSE_WEEKS = 4


def carry_on_notice(tongue: Tongue) -> Screen:
    """The message that comes by itself. A lock screen must not tell that somebody is silent."""
    open_it = to(tongue, check_in_texts.OPEN, ASK)
    # The question takes its place, and an edit cannot protect what was not protected.
    return Screen(tongue(texts.NOTICE), ((open_it, help_button(tongue)),), protected=True)


def carry_on_question(tongue: Tongue) -> Screen:
    """Asked once, inside."""
    return Screen(
        tongue(texts.CARRY_ON),
        (
            (to(tongue, texts.YES, CARRY_ON, YES),),
            (to(tongue, texts.PAUSE, CARRY_ON, PAUSE), to(tongue, texts.STOP, CARRY_ON, STOP)),
            (support_button(tongue), help_button(tongue)),
        ),
        # Whoever reads it knows that somebody did not answer.
        protected=True,
    )


class CarryOn:
    """Goes on, pauses or stops, as somebody says."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self.commands: dict[str, Command] = {}
        self.buttons = {ASK: self._ask, CARRY_ON: self._answered}
        self._answers = {YES: self._yes, PAUSE: self._pause, STOP: self._stop}

    async def _ask(self, chat: Chat, argument: str) -> Screen | None:
        return None if argument else carry_on_question(chat.tongue)

    async def _answered(self, chat: Chat, answer: str) -> Screen | None:
        if answer not in self._answers:
            return None
        # Whatever the answer, there was one: coming back after it must not end in silence.
        if not await self._desk.amend_profile(chat.id, ignored=0, asked_to_carry_on=False):
            return plain(chat.tongue, texts.NOT_JOINED)
        return await self._answers[answer](chat)

    async def _yes(self, chat: Chat) -> Screen:
        return plain(chat.tongue, texts.GOING_ON)

    async def _pause(self, chat: Chat) -> Screen:
        chosen = await self._desk.settings.pause(chat.id, PAUSE_WEEKS)
        until = chosen.profile.paused_until if chosen else None
        if until is None:
            return plain(chat.tongue, texts.NOT_JOINED)
        return plain(chat.tongue, texts.PAUSED, day=chat.tongue.day(until))

    async def _stop(self, chat: Chat) -> Screen:
        stopped = await self._desk.stop(chat.id)
        return plain(chat.tongue, leaving_texts.STOPPED if stopped else texts.NOT_JOINED)
