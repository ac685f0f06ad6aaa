"""Joining: from a team's code to the agreement, and two optional questions."""

import logging

from bot.core.errors import StandEasyError
from bot.core.languages import Tongue
from bot.core.profiles import Profile
from bot.core.responses import LengthOfService, RoleType
from bot.officer.attempts import CodeAttempts
from bot.officer.screen import Screen, help_button, plain, to
from bot.officer.texts import joining as texts
from bot.officer.topic import Chat
from bot.officer.wording import group_size
from bot.workflows.desk import Desk
from bot.workflows.enrol import CodeProblem, Resumed, tidy_code

log = logging.getLogger(__name__)

AGREE = "agree"
DECLINE = "decline"
ROLE = "role"
SERVICE = "service"
_LONGEST_CODE = 40

CODE_ANSWERS: dict[CodeProblem, str] = {
    CodeProblem.UNKNOWN: texts.CODE_UNKNOWN,
    CodeProblem.USED_UP: texts.CODE_USED_UP,
    CodeProblem.EXPIRED: texts.CODE_EXPIRED,
    CodeProblem.TEAM_FULL: texts.TEAM_FULL,
    CodeProblem.JOINED_ALREADY: texts.WELCOME_BACK,
    CodeProblem.OTHER_TEAM: texts.OTHER_TEAM,
}
RETURN_ANSWERS: dict[Resumed, str] = {
    Resumed.NOT_ENROLLED: texts.WELCOME,
    Resumed.ACTIVE: texts.WELCOME_BACK,
    Resumed.RESUMED: texts.RESUMED,
}


def promises(tongue: Tongue, unit: str, heads: int, code: str) -> Screen:
    """The limits of anonymity, and the choice."""
    return Screen(
        tongue(texts.PROMISES, unit=unit, size=group_size(tongue, heads)),
        (
            (to(tongue, texts.AGREE, AGREE, code),),
            (to(tongue, texts.DECLINE, DECLINE), help_button(tongue)),
        ),
    )


def ask_role(tongue: Tongue) -> Screen:
    """The first optional question, asked once."""
    rows = [(to(tongue, label, ROLE, str(number)),) for number, label in texts.ROLES.items()]
    last = (to(tongue, texts.RATHER_NOT, ROLE, "0"), help_button(tongue))
    return Screen(tongue(texts.ASK_ROLE), (*rows, last), protected=True)


def ask_service(tongue: Tongue) -> Screen:
    """The second optional question, asked once."""
    rows = [(to(tongue, label, SERVICE, str(number)),) for number, label in texts.SERVICES.items()]
    last = (to(tongue, texts.RATHER_NOT, SERVICE, "0"), help_button(tongue))
    return Screen(tongue(texts.ASK_SERVICE), (*rows, last), protected=True)


class Joining:
    """Looks codes up, enrols whoever agrees, and lets whoever stopped come back."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._attempts = CodeAttempts()
        self.commands = {"start": self._start}
        self.buttons = {
            AGREE: self._agree,
            DECLINE: self._decline,
            ROLE: self._role,
            SERVICE: self._service,
        }

    async def _start(self, chat: Chat, argument: str) -> Screen:
        return await (self.offer(chat, argument) if argument else self._come_back(chat))

    async def offer(self, chat: Chat, code: str) -> Screen:
        """Show what a code offers, or why it does not work."""
        if not self._attempts.may_try(chat.id, self._desk.now()):
            return plain(chat.tongue, texts.TOO_MANY_TRIES)
        try:
            offer = await self._desk.look_up_code(chat.id, code)
        except StandEasyError as error:
            log.error("a code could not be looked up: %s", type(error).__name__)
            return plain(chat.tongue, texts.CODE_LATER)
        if isinstance(offer, CodeProblem):
            self._attempts.failed(chat.id, self._desk.now())
            if offer is CodeProblem.JOINED_ALREADY:
                return await self._come_back(chat)
            return plain(chat.tongue, CODE_ANSWERS[offer])
        return promises(chat.tongue, offer.unit, offer.heads, tidy_code(code))

    async def _come_back(self, chat: Chat) -> Screen:
        try:
            found = await self._desk.resume(chat.id)
        except StandEasyError as error:
            log.error("an enrolment could not be looked up: %s", type(error).__name__)
            return plain(chat.tongue, texts.WELCOME)
        return plain(chat.tongue, RETURN_ANSWERS[found])

    async def _agree(self, chat: Chat, code: str) -> Screen | None:
        if not (code.isalnum() and len(code) <= _LONGEST_CODE):
            return None
        if not self._attempts.may_try(chat.id, self._desk.now()):
            return plain(chat.tongue, texts.TOO_MANY_TRIES)
        joined = await self._desk.join(Profile(chat.id, chat.tongue.language), code)
        if isinstance(joined, CodeProblem):
            self._attempts.failed(chat.id, self._desk.now())
            return plain(chat.tongue, CODE_ANSWERS[joined])
        # Also when they had joined before: a second tap on the same button is the usual reason,
        # and it must not take the two questions off the screen again.
        return ask_role(chat.tongue)

    async def _decline(self, chat: Chat, _: str) -> Screen:
        return plain(chat.tongue, texts.DECLINED)

    async def _role(self, chat: Chat, argument: str) -> Screen | None:
        if argument not in _NUMBERS_OF[ROLE]:
            return None
        if argument != "0":
            await self._desk.amend_profile(chat.id, role_type=RoleType(int(argument)))
        return ask_service(chat.tongue)

    async def _service(self, chat: Chat, argument: str) -> Screen | None:
        if argument not in _NUMBERS_OF[SERVICE]:
            return None
        if argument != "0":
            await self._desk.amend_profile(chat.id, service=LengthOfService(int(argument)))
        day = self._desk.next_check_in()
        if day is None:
            return plain(chat.tongue, texts.JOINED)
        return plain(chat.tongue, texts.JOINED_DAY, day=chat.tongue.day(day))


_NUMBERS_OF = {
    ROLE: {str(role.value) for role in RoleType},
    SERVICE: {str(length.value) for length in LengthOfService},
}
