""" "Check on me tomorrow": sets the timer, and says something the day after. Nothing is kept of
what is tapped then."""

import logging
from datetime import datetime

from bot.core.languages import Tongue
from bot.officer import buttons
from bot.officer.asked_for import CHECKING_ON
from bot.officer.screen import Row, Screen, help_button, plain, support_button, to
from bot.officer.texts import crisis as crisis_texts
from bot.officer.texts import tomorrow as texts
from bot.officer.topic import Chat, Command
from bot.workflows.desk import Desk

log = logging.getLogger(__name__)

TAKE_BACK = "tomorrow-off"
OK_FOR_NOW = "tomorrow-ok"


def check_on_me(tongue: Tongue) -> Row:
    """The row that sets the timer, for every screen where somebody may need it."""
    return (to(tongue, texts.CHECK_ON_ME, buttons.TOMORROW),)


def timer_set(tongue: Tongue, moment: datetime) -> Screen:
    """When the timer rings."""
    day, at = tongue.day(moment.date()), tongue.time(moment)
    call_list = (to(tongue, crisis_texts.CALL_LIST, buttons.CALL_LIST),)
    take_back = (to(tongue, texts.TAKE_BACK, TAKE_BACK),)
    return plain(tongue, texts.SET, call_list, take_back, day=day, time=at)


def timer_not_set(tongue: Tongue) -> Screen:
    """The records cannot be reached; people can."""
    call_list = (to(tongue, crisis_texts.CALL_LIST, buttons.CALL_LIST),)
    try_again = (to(tongue, texts.TRY_AGAIN, buttons.TOMORROW),)
    return plain(tongue, texts.LATER, call_list, try_again)


def checking_on(tongue: Tongue) -> Screen:
    """The day after: what could help now. It asks nothing."""
    return Screen(
        tongue(texts.CHECKING_ON),
        (
            (to(tongue, texts.TALK, buttons.CALL_LIST),),
            check_on_me(tongue),
            (to(tongue, texts.OK_FOR_NOW, OK_FOR_NOW),),
            (support_button(tongue), help_button(tongue)),
        ),
    )


class Tomorrow:
    """Sets the timer and takes it back; all else needs nothing but memory."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self.commands: dict[str, Command] = {}
        self.buttons = {
            buttons.TOMORROW: self._set,
            TAKE_BACK: self._take_back,
            CHECKING_ON: self._open,
            OK_FOR_NOW: self._ok,
        }

    async def _set(self, chat: Chat, _: str) -> Screen:
        try:
            moment = await self._desk.follow_ups.tomorrow(chat.id, chat.tongue.language)
        except Exception as error:
            # Whatever it was: whoever asks for this must read whom to call, and no apology alone.
            log.error("a timer was not set: %s", type(error).__name__)
            return timer_not_set(chat.tongue)
        return timer_set(chat.tongue, moment)

    async def _take_back(self, chat: Chat, _: str) -> Screen:
        await self._desk.follow_ups.not_tomorrow(chat.id)
        return plain(chat.tongue, texts.TAKEN_BACK)

    async def _open(self, chat: Chat, _: str) -> Screen:
        return checking_on(chat.tongue)

    async def _ok(self, chat: Chat, _: str) -> Screen:
        return plain(chat.tongue, texts.OK_ANSWER)
