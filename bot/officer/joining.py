"""Joining: from a team's code to the agreement, two optional questions, and the first check-in."""

import logging
import re
from collections.abc import Callable, Sequence
from datetime import date

from bot.core.drafts import Draft, Tap, new_draft
from bot.core.errors import StandEasyError
from bot.core.languages import Tongue
from bot.core.profiles import Profile
from bot.core.responses import LengthOfService, RoleType
from bot.core.team_codes import tidy_code
from bot.officer import buttons, check_in_screens
from bot.officer.attempts import CodeAttempts
from bot.officer.buttons import CheckInButtons, named_data
from bot.officer.languages import Languages
from bot.officer.screen import Button, Row, Screen, help_button, plain, support_button, to
from bot.officer.self_started import for_supervisors
from bot.officer.texts import check_ins as check_in_texts
from bot.officer.texts import joining as texts
from bot.officer.topic import Chat
from bot.officer.wording import group_name, group_size
from bot.workflows.catalogue import RoundInView
from bot.workflows.codes import CodeProblem
from bot.workflows.desk import Desk
from bot.workflows.enrol import Resumed
from bot.workflows.first_check_in import OpenPrompt
from bot.workflows.self_started import SUPERVISING

log = logging.getLogger(__name__)

OFFER = "offer"
AGREE = "agree"
DECLINE = "decline"
ROLE = "role"
SERVICE = "service"
JOINED = "joined"
FIRST = "first"
WHEN = "when"
_LONGEST_CODE = 40
_FIRST = re.compile(r"([0-9a-f]{12})\.(\d{1,3})\.(\d{1,5})", re.ASCII)

CODE_ANSWERS: dict[CodeProblem, str] = {
    CodeProblem.UNKNOWN: texts.CODE_UNKNOWN,
    CodeProblem.USED_UP: texts.CODE_USED_UP,
    CodeProblem.EXPIRED: texts.CODE_EXPIRED,
    CodeProblem.TEAM_FULL: texts.TEAM_FULL,
    CodeProblem.JOINED_ALREADY: texts.WELCOME_BACK,
    CodeProblem.OTHER_TEAM: texts.OTHER_TEAM,
    CodeProblem.NOT_YET: texts.NOT_YET,
}
RETURN_ANSWERS: dict[Resumed, str] = {
    Resumed.NOT_ENROLLED: texts.WELCOME,
    Resumed.ACTIVE: texts.WELCOME_BACK,
    Resumed.RESUMED: texts.RESUMED,
}


def promises(
    tongue: Tongue, unit: str | None, heads: int, code: str, others: Sequence[Tongue] = ()
) -> Screen:
    """The limits of anonymity, and the choice; no unit for a team that is asked nothing yet."""
    counts = (
        tongue(texts.COUNTS_NOT_YET)
        if unit is None
        else tongue(texts.COUNTS_IN, unit=unit, size=group_size(tongue, heads))
    )
    return Screen(
        f"{tongue(texts.PROMISES)}\n\n{counts}\n\n{tongue(texts.LIMITS)}",
        (
            (to(tongue, texts.AGREE, AGREE, code),),
            *_in_others(others, OFFER, code),
            (to(tongue, texts.DECLINE, DECLINE), help_button(tongue)),
        ),
    )


def _in_others(others: Sequence[Tongue], name: str, argument: str = "") -> tuple[Row, ...]:
    """Return the way to the same screen in other languages."""
    row = [Button(each.name, named_data(name, argument, each.language)) for each in others]
    return (tuple(row),) if row else ()


def ask_role(tongue: Tongue) -> Screen:
    """The first optional question, asked once."""
    rows = [(to(tongue, label, ROLE, str(number)),) for number, label in texts.ROLES.items()]
    last = (to(tongue, texts.RATHER_NOT, ROLE, "0"), help_button(tongue))
    return Screen(tongue(texts.ASK_ROLE), (*rows, last))


def ask_service(tongue: Tongue) -> Screen:
    """The second optional question, asked once."""
    rows = [(to(tongue, label, SERVICE, str(number)),) for number, label in texts.SERVICES.items()]
    last = (to(tongue, texts.RATHER_NOT, SERVICE, "0"), help_button(tongue))
    return Screen(tongue(texts.ASK_SERVICE), (*rows, last))


def joined(
    tongue: Tongue, first: OpenPrompt | None, day: date | None, others: Sequence[Tongue] = ()
) -> Screen:
    """The end of joining: the first check-in at once, or when it comes."""
    rows: list[Row] = []
    if first is not None:
        text = tongue(texts.JOINED_OPEN, day=tongue.day(first.last_day))
        place = f"{first.view.reference.hex()}.{first.prompt}.{first.unit}"
        rows.append((to(tongue, texts.START_NOW, FIRST, place),))
    elif day is not None:
        text = tongue(texts.JOINED_DAY, day=tongue.day(day))
    else:
        text = tongue(texts.JOINED)
    rows += [(to(tongue, texts.WHEN, WHEN),), *_in_others(others, JOINED)]
    return Screen(text, (*rows, (support_button(tongue), help_button(tongue))))


def welcome_back(
    tongue: Tongue, text: str = texts.WELCOME_BACK, *, asks_supervisors: bool = False
) -> Screen:
    """What somebody who has joined is shown: the way to everything that is theirs.

    Who supervises is kept nowhere: the questions for them are there for everybody.
    """
    return plain(
        tongue,
        text,
        (to(tongue, texts.SETTINGS, buttons.SETTINGS),),
        (to(tongue, texts.TOUGH_JOB, buttons.TOUGH_JOB),),
        *([for_supervisors(tongue)] if asks_supervisors else []),
    )


def open_prompt_of(
    argument: str, view_of: Callable[[bytes], RoundInView | None]
) -> OpenPrompt | None:
    """Return the prompt a button starts; None when there is no such prompt."""
    named = _FIRST.fullmatch(argument)
    view = view_of(bytes.fromhex(named[1])) if named else None
    if named is None or view is None:
        return None
    prompt, unit = int(named[2]), int(named[3])
    # Anybody can write such a button, and it gives nothing: whether the answers may be sealed
    # is decided when they are, and the unit is only what is shown.
    if prompt >= len(view.plan.prompts) or unit >= len(view.units.units):
        return None
    return OpenPrompt(view, prompt, unit)


class Joining:
    """Looks codes up, enrols whoever agrees, and lets whoever stopped come back."""

    def __init__(self, desk: Desk, made: CheckInButtons, languages: Languages) -> None:
        self._desk = desk
        self._made = made
        self._languages = languages
        self.attempts = CodeAttempts()
        self.commands = {"start": self._start}
        self.buttons = {
            OFFER: self._offer_again,
            AGREE: self._agree,
            DECLINE: self._decline,
            ROLE: self._role,
            SERVICE: self._served,
            JOINED: self._joined,
            FIRST: self._first,
        }

    async def _start(self, chat: Chat, argument: str) -> Screen:
        return await (self.offer(chat, argument) if argument else self._come_back(chat))

    async def offer(self, chat: Chat, code: str) -> Screen:
        """Show what a code offers, or why it does not work."""
        if not self.attempts.may_try(chat.id, self._desk.now()):
            return plain(chat.tongue, texts.TOO_MANY_TRIES)
        try:
            offer = await self._desk.look_up_code(chat.id, code)
        except StandEasyError as error:
            log.error("a code could not be looked up: %s", type(error).__name__)
            return plain(chat.tongue, texts.CODE_LATER)
        if isinstance(offer, CodeProblem):
            self.attempts.failed(chat.id, self._desk.now())
            if offer is CodeProblem.JOINED_ALREADY:
                return await self._come_back(chat)
            return plain(chat.tongue, CODE_ANSWERS[offer])
        name = group_name(chat.tongue, offer.unit, self._desk.catalogue.programme)
        unit = None if offer.waiting else name
        return promises(
            chat.tongue, unit, offer.unit.heads, tidy_code(code), self._others(chat.tongue)
        )

    async def _offer_again(self, chat: Chat, code: str) -> Screen | None:
        if not _may_be_a_code(code):
            return None
        self._languages.remember(chat.id, chat.tongue.language)
        return await self.offer(chat, code)

    def _others(self, tongue: Tongue) -> list[Tongue]:
        return self._languages.others(tongue, self._desk.catalogue.programme)

    async def _come_back(self, chat: Chat) -> Screen:
        try:
            found = await self._desk.resume(chat.id)
        except StandEasyError as error:
            log.error("an enrolment could not be looked up: %s", type(error).__name__)
            return plain(chat.tongue, texts.WELCOME)
        if found is Resumed.NOT_ENROLLED:
            return plain(chat.tongue, RETURN_ANSWERS[found])
        asks = self._desk.self_started.open_round(SUPERVISING) is not None
        return welcome_back(chat.tongue, RETURN_ANSWERS[found], asks_supervisors=asks)

    async def _agree(self, chat: Chat, code: str) -> Screen | None:
        if not _may_be_a_code(code):
            return None
        if not self.attempts.may_try(chat.id, self._desk.now()):
            return plain(chat.tongue, texts.TOO_MANY_TRIES)
        joined = await self._desk.join(Profile(chat.id, chat.tongue.language), code)
        if isinstance(joined, CodeProblem):
            self.attempts.failed(chat.id, self._desk.now())
            return plain(chat.tongue, CODE_ANSWERS[joined])
        # Also when they had joined before: a second tap on the same button is the usual reason,
        # and it must not take the two questions off the screen again.
        return ask_role(chat.tongue)

    async def _decline(self, chat: Chat, _: str) -> Screen:
        return plain(chat.tongue, texts.DECLINED)

    # The buttons of these screens outlive an enrolment: nobody is told what comes who has erased
    # everything since.

    async def _role(self, chat: Chat, argument: str) -> Screen | None:
        if argument not in _NUMBERS_OF[ROLE]:
            return None
        if not await self._desk.amend_profile(chat.id, role_type=RoleType(int(argument))):
            return plain(chat.tongue, texts.WELCOME)
        return ask_service(chat.tongue)

    async def _served(self, chat: Chat, argument: str) -> Screen | None:
        if argument not in _NUMBERS_OF[SERVICE]:
            return None
        if not await self._desk.amend_profile(chat.id, service=LengthOfService(int(argument))):
            return plain(chat.tongue, texts.WELCOME)
        return await self._end(chat)

    async def _joined(self, chat: Chat, argument: str) -> Screen | None:
        """Show the end of joining in another language, and keep to that language."""
        if argument:
            return None
        self._languages.remember(chat.id, chat.tongue.language)
        if not await self._desk.amend_profile(chat.id, language=chat.tongue.language):
            return plain(chat.tongue, texts.WELCOME)
        return await self._end(chat)

    async def _end(self, chat: Chat) -> Screen:
        try:
            first = await self._desk.offer_open_prompt(chat.id)
        except StandEasyError as error:
            log.error("no first check-in is offered: %s", type(error).__name__)
            first = None
        return joined(chat.tongue, first, self._desk.next_check_in(), self._others(chat.tongue))

    async def _first(self, chat: Chat, argument: str) -> Screen | None:
        found = open_prompt_of(argument, self._desk.catalogue.round_of)
        if found is None:
            return None
        view, languages = found.view, found.view.instrument.languages
        if not view.takes_answers(found.prompt, self._desk.now()):
            return check_in_screens.after_sealing(chat.tongue, check_in_texts.CLOSED)
        language = chat.tongue.language if chat.tongue.language in languages else languages[0]
        draft = new_draft(
            view.instrument,
            round_reference=view.reference,
            prompt=found.prompt,
            unit=found.unit,
            language=languages.index(language),
        )

        def make(draft: Draft, tap: Tap) -> str:
            return self._made.callback_data(view, draft, tap, chat.id)

        tongue = self._languages.tongues.of(language)
        return check_in_screens.question(tongue, draft, view, make)


def _may_be_a_code(code: str) -> bool:
    return code.isalnum() and len(code) <= _LONGEST_CODE


_NUMBERS_OF = {
    ROLE: {str(role.value) for role in RoleType},
    SERVICE: {str(length.value) for length in LengthOfService},
}
