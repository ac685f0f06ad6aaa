"""Colleagues for the demo: invented officers who join and answer through phones.

They read buttons as a person does and know nothing of the bot but its labels. Their answers
come from a seeded random, so that the same demo gives the same result.
"""

import asyncio
import random
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Final

from bot.sandbox.chats import Message
from bot.sandbox.phones import Phone
from bot.sandbox.telegram_state import Telegram

AGREE: Final = "I agree, let me in"
RATHER_NOT: Final = "Rather not say"
OPEN: Final = "Open"
START_NOW: Final = "Start now"
SKIP: Final = "Skip"
DONE: Final = "That's it"
SEAL: Final = "🔒 Seal my answers"
SEALED: Final = "🔒 Sealed"
"""How the bot's text begins when answers are in."""

SPREAD: Final = {
    "harbour-response": 16,
    "market-response": 10,
    "night-relief": 6,
    "dog-unit": 3,
    "firearms-support": 5,
    "roads-policing": 4,
    "child-protection": 5,
    "digital-forensics": 2,
    "control-room": 9,
}
"""How sixty are spread over the example's teams, so that some groups are shown and some not."""

MOODS: Final = {
    "harbour-response": 0.55,
    "market-response": 0.40,
    "night-relief": 0.30,
    "dog-unit": 0.70,
    "firearms-support": 0.55,
    "roads-policing": 0.60,
    "child-protection": 0.35,
    "digital-forensics": 0.60,
    "control-room": 0.40,
}
"""Where on the way from the first option to the last a team's answers centre."""

USUAL_MOOD: Final = 0.5
BETWEEN_PEOPLE: Final = 0.16
BETWEEN_ITEMS: Final = 0.16
SKIPS: Final = 0.03
TELLS_ROLE: Final = 0.5

PER_SECOND: Final = 12.0
"""How many start in a second: well under what Telegram lets the bot send."""

AT_ONCE: Final = 8
PATIENCE_SECONDS: Final = 30.0
_MOST_TAPS = 60


@dataclass(frozen=True, slots=True)
class TeamInvitation:
    """What a team's poster says: `team` is the id in the programme."""

    team: str
    name: str
    code: str
    headcount: int


def spread_over(invitations: Sequence[TeamInvitation], count: int) -> list[TeamInvitation]:
    """Return the team of each of `count` colleagues; a longer list begins like a shorter one.

    Every team keeps one place free for whoever looks at the demo.
    """
    taken = {each.team: 0 for each in invitations}
    teams: list[TeamInvitation] = []
    while len(teams) < count:
        open_to = [each for each in invitations if taken[each.team] < each.headcount - 1]
        if not open_to:
            break
        chosen = min(open_to, key=lambda each: (taken[each.team] + 1) / _weight(each))
        taken[chosen.team] += 1
        teams.append(chosen)
    return teams


def _weight(invitation: TeamInvitation) -> float:
    return SPREAD.get(invitation.team, invitation.headcount / 4)


class Colleague:
    """One invented officer with a phone."""

    def __init__(self, telegram: Telegram, invitation: TeamInvitation, number: int) -> None:
        self.team = invitation
        self.phone = Phone(telegram, f"Colleague {number}")
        self.joined = False
        self.answered = 0
        """How many check-ins this one has sealed."""
        self._started: set[int] = set()
        """The messages from which a check-in was begun: the button stays on some."""
        # One's own, so that the order in which phones are served changes nothing.
        self._random = random.Random(f"{invitation.team} {number}")  # noqa: S311 - invented answers
        mood = MOODS.get(invitation.team, USUAL_MOOD)
        self._mood = self._random.gauss(mood, BETWEEN_PEOPLE)

    @property
    def invitation(self) -> Message | None:
        """The newest check-in that waits to be opened."""
        for message in reversed(self.phone.received):
            if message.id not in self._started and (
                _place_of(message, OPEN) or _place_of(message, START_NOW)
            ):
                return message
        return None

    async def join(self) -> bool:
        """Follow the link on the team's poster; whether that led to the end."""
        await self.phone.start(self.team.code)
        message = await self.phone.wait_for(
            lambda phone: phone.received[-1] if phone.received else None, PATIENCE_SECONDS
        )
        if message is None or not _place_of(message, AGREE):
            return False
        await self._tap(message, AGREE)
        # Two optional questions: some tell, some would rather not.
        while _place_of(message, RATHER_NOT):
            told = [row[0] for row in message.buttons[:-1]]
            tells = self._random.random() < TELLS_ROLE
            await self._tap(message, self._random.choice(told) if tells else RATHER_NOT)
        self.joined = True
        return True

    async def answer(self) -> bool:
        """Open the waiting check-in, go through it and seal; whether it was sealed."""
        message = self.invitation
        if message is None:
            return False
        if _place_of(message, OPEN):
            await self._tap(message, OPEN)
        else:
            message = await self._start(message)
        for _ in range(_MOST_TAPS):
            if _place_of(message, SEAL):
                await self._tap(message, SEAL)
                break
            options = [label for row in message.buttons[:-1] for label in row if label != DONE]
            if not options:
                break
            await self._tap(message, self._choose(options, message))
            if _place_of(message, DONE):
                await self._tap(message, DONE)
        sealed = message.text.startswith(SEALED)
        self.answered += sealed
        return sealed

    async def _start(self, message: Message) -> Message:
        """Begin what joining offers; return the message it comes in, which is a new one."""
        place = _place_of(message, START_NOW)
        if place is not None:
            await self.phone.tap_button(message.id, *place)
            self._started.add(message.id)
        question = await self.phone.wait_for(
            lambda phone: next(
                (one for one in phone.received if one.id > message.id and _place_of(one, SKIP)),
                None,
            ),
            PATIENCE_SECONDS,
        )
        assert question is not None  # noqa: S101 - wait_for returns true values only
        return question

    def _choose(self, options: list[str], message: Message) -> str:
        if self._random.random() < SKIPS and _place_of(message, SKIP):
            return SKIP
        feeling = self._random.gauss(self._mood, BETWEEN_ITEMS)
        return options[min(max(int(feeling * len(options)), 0), len(options) - 1)]

    async def _tap(self, message: Message, label: str) -> None:
        """Tap a button and wait until its message has changed."""
        place = _place_of(message, label)
        if place is None:
            raise AssertionError(f"There is no button {label!r}.\n{self.phone.transcript()}")
        before = message.revision
        await self.phone.tap_button(message.id, *place)
        await self.phone.wait_for(lambda _: message.revision != before, PATIENCE_SECONDS)


def _place_of(message: Message, label: str) -> tuple[int, int] | None:
    for row, labels in enumerate(message.buttons):
        if label in labels:
            return row, labels.index(label)
    return None


class Colleagues:
    """All of them, and how far they are."""

    def __init__(
        self,
        telegram: Telegram,
        invitations: Sequence[TeamInvitation],
        *,
        per_second: float = PER_SECOND,
    ) -> None:
        self._telegram = telegram
        self._invitations = invitations
        self._per_second = per_second
        self.people: list[Colleague] = []
        self.doing = ""
        self.done = 0
        self.of = 0

    @property
    def joined(self) -> int:
        """How many have joined."""
        return sum(one.joined for one in self.people)

    @property
    def answered(self) -> int:
        """How many have sealed a check-in at least once."""
        return sum(one.answered > 0 for one in self.people)

    @property
    def some_never_asked(self) -> bool:
        """Whether there are colleagues who joined and have answered nothing yet."""
        return any(one.joined and not one.answered for one in self.people)

    async def join(self, count: int) -> int:
        """Let those of `count` colleagues join who have not; how many did."""
        teams = spread_over(self._invitations, count)
        for number, team in enumerate(teams[len(self.people) :], len(self.people) + 1):
            self.people.append(Colleague(self._telegram, team, number))
        missing = [one for one in self.people[:count] if not one.joined]
        return await self._each("joined", missing, Colleague.join)

    async def answer(self, count: int) -> int:
        """Let those of the first `count` answer whose check-in waits; how many sealed."""
        waiting = [one for one in self.people[:count] if one.joined and one.invitation]
        return await self._each("answered", waiting, Colleague.answer)

    async def _each(
        self, doing: str, people: list[Colleague], act: Callable[[Colleague], Awaitable[bool]]
    ) -> int:
        self.doing, self.done, self.of = doing, 0, len(people)
        places = asyncio.Semaphore(AT_ONCE)

        async def one(colleague: Colleague) -> bool:
            async with places:
                try:
                    done = await act(colleague)
                except AssertionError:
                    # A phone says so when the bot does not answer; the others go on.
                    return False
            self.done += done
            return done

        async with asyncio.TaskGroup() as group:
            tasks = []
            for colleague in people:
                tasks.append(group.create_task(one(colleague)))
                await asyncio.sleep(1 / self._per_second)
        self.doing = ""
        return sum(task.result() for task in tasks)
