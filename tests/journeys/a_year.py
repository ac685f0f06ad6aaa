"""A year in a small station: who works there, how each of them answers, and what they got.

Storage, keys and workflows are real; the clock jumps from one midnight or due message to the
next, and what goes out is written down.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from enum import Enum, auto

from bot.core.calendar import instant, local_day
from bot.core.contact_times.choices import ContactTimes, Part
from bot.core.profiles import Profile
from bot.workflows.answer import Answered
from bot.workflows.catalogue import RoundInView
from bot.workflows.invite import Invitation, Sent
from tests.core.contact_times.duty_oracle import DAY, THREE_SHIFTS, TWELVE_HOURS, Said
from tests.programmes import HOLIDAYS
from tests.shares import SHARE
from tests.workflows.office import ZONE, Office, Outbox, next_due_at

FIRST_DAY = date(2026, 12, 7)
LAST_DAY = date(2027, 12, 6) if SHARE == 1 else date(2027, 6, 7)
"""With `make fuzz` after a year; else after half of it, over one change of the clocks."""

PAUSED = date(2027, 3, 10), date(2027, 5, 5)
"""The first day of a pause of eight weeks, and the day on which it ends."""


class Habit(Enum):
    """What somebody does with a check-in."""

    ANSWERS = auto()
    """At once."""
    WAITS = auto()
    """For the reminder, or where none comes for the next one."""
    NEVER = auto()
    NEVER_AND_SAYS_YES = auto()
    """When asked whether to carry on."""


@dataclass(frozen=True)
class Message:
    """One message as it arrived; a question whether to carry on belongs to no round."""

    at: datetime
    round: str = ""
    prompt: int = 0
    reminder: bool = False

    @property
    def asks(self) -> bool:
        """Whether it is the question."""
        return not self.round

    @property
    def day(self) -> date:
        """The local day it came on."""
        return local_day(self.at, ZONE)


@dataclass
class Person:
    """Somebody, as they told the product, as the oracle knows them, and what came."""

    name: str
    times: ContactTimes
    said: Said
    habit: Habit = Habit.ANSWERS
    pauses: bool = False
    chat: int = 0
    messages: list[Message] = field(default_factory=list)
    answered: dict[tuple[str, int], datetime] = field(default_factory=dict)
    ignored: int = 0
    """Rounds in a row that closed unanswered, counted here and not by the product."""
    silent_from: datetime | None = None
    """When four of them had."""


def working(letters: str, anchor: date, pattern: str | None = None) -> tuple[ContactTimes, Said]:
    """Return what somebody says who works shifts."""
    office = pattern == "office"
    three = office or set(letters) & {"E", "L"}
    said = Said(
        letters,
        date(2026, 12, 7) if office else anchor,
        THREE_SHIFTS if three else TWELVE_HOURS,
        holidays=frozenset(HOLIDAYS) if office else frozenset(),
    )
    if pattern is None:
        return ContactTimes(own_cycle=letters, anchor=anchor), said
    return ContactTimes(pattern=pattern, anchor=None if office else anchor), said


def suits(part: Part, begins: int, ends: int, weekends: bool = False) -> tuple[ContactTimes, Said]:
    """Return what somebody says who picks a time of day."""
    said = Said(part=(begins * 60, ends * 60), part_is_for_weekdays=weekends)
    return ContactTimes(part=part), said


LEFT_TO_FUZZ = frozenset(
    {
        *("2-2-2-4", "2x2x3", "4 on 4 off", "any time", "mornings", "afternoons"),
        "silent at a desk",
    }
)
"""Who is there with `make fuzz` alone: others have the same times and other habits."""


def staff() -> list[Person]:
    """Return everybody who is there."""
    return [each for each in everybody() if SHARE == 1 or each.name not in LEFT_TO_FUZZ]


def everybody() -> list[Person]:
    """Return each pattern, an own cycle, each time that suits, and exceptions."""
    day = date(2026, 12, 3)
    earlies = working("EELLNNRRRR", day, "2-2-2-4")
    dozen = working("DDRRDDDRRDDRRRNNRRNNNRRNNRRR", day, "2x2x3")
    four = working("DDNNRRRR", day, "4-on-4-off")
    six = working("EELLNNRRR", day, "6-on-3-off")
    week = working("DDDDDRR", day, "office")
    own = working("NNNRRRDDRR", day)
    cancelled = tuple(date(2027, 2, 1) + n * DAY for n in range(4))
    times, said = four
    spoilt = replace(times, cancelled=cancelled), replace(said, cancelled=frozenset(cancelled))
    return [
        Person("2-2-2-4", *earlies, Habit.WAITS),
        Person("2x2x3", *dozen, Habit.WAITS),
        Person("4 on 4 off", *four),
        Person("6 on 3 off", *six, Habit.WAITS),
        Person("office", *week),
        Person("own cycle", *own, Habit.WAITS),
        Person("any time", ContactTimes(), Said(), Habit.WAITS),
        Person("mornings", *suits(Part.MORNINGS, 9, 12)),
        Person("afternoons", *suits(Part.AFTERNOONS, 12, 17)),
        Person("evenings", *suits(Part.EVENINGS, 17, 21), Habit.WAITS),
        Person("special", *suits(Part.EVENINGS_WEEKENDS, 17, 21, weekends=True)),
        Person("on a pause", *dozen, pauses=True),
        Person("rest days cancelled", *spoilt, Habit.WAITS),
        Person("silent", *earlies, Habit.NEVER),
        Person("silent at a desk", *week, Habit.NEVER),
        Person("asked and stayed", ContactTimes(), Said(), Habit.NEVER_AND_SAYS_YES),
    ]


@dataclass
class Postbox(Outbox):
    """Brings messages to the people of a year."""

    people: dict[int, Person] = field(default_factory=dict)
    new: list[tuple[Person, Message]] = field(default_factory=list)

    async def invite(self, invitation: Invitation) -> Sent:
        """Write down an invitation or a reminder."""
        message = Message(
            self.office.now, invitation.view.id, invitation.prompt, invitation.reminder
        )
        self._arrives(invitation.profile, message)
        return Sent.ARRIVED

    async def ask_to_carry_on(self, profile: Profile) -> Sent:
        """Write down the question."""
        self._arrives(profile, Message(self.office.now))
        return Sent.ARRIVED

    def _arrives(self, profile: Profile, message: Message) -> None:
        person = self.people[profile.telegram_id]
        person.messages.append(message)
        self.new.append((person, message))


class Year:
    """Lets time pass."""

    def __init__(self, office: Office) -> None:
        self.office = office
        self.people = staff()
        self.views: dict[str, RoundInView] = {}
        self.post = Postbox(office)
        office.outbox = self.post

    async def joins(self) -> None:
        """Let everybody join and say when to write."""
        chats = await self.office.joined(len(self.people))
        for chat, person in zip(chats, self.people, strict=True):
            person.chat = chat
            self.post.people[chat] = person
            await self.office.sets(person.chat, times=person.times.to_json())

    async def passes(self) -> None:
        """Go through the days of the year."""
        for number in range((LAST_DAY - FIRST_DAY).days + 1):
            day = FIRST_DAY + number * DAY
            self.office.now = instant(day, time(0, 1), ZONE)
            if number % 28 == 0:
                await self.office.fill_pool()
            await self._a_day(day)

    async def _a_day(self, day: date) -> None:
        await self._closes()
        await self.office.turn()
        for person in self.people:
            if person.pauses and day == PAUSED[0]:
                await self.office.sets(person.chat, paused_until=PAUSED[1])
        end = instant(day + DAY, time(0, 0), ZONE)
        while (due := await self._next_due()) is not None and due < end:
            self.office.now = max(due, self.office.now)
            await self.office.send()
            for person, message in self.post.new:
                await self._reads(person, message)
            self.post.new.clear()

    async def _closes(self) -> None:
        for round_id in await self.office.close():
            for person in self.people:
                self._counts(person, round_id)

    def _counts(self, person: Person, round_id: str) -> None:
        if any(round_id == message.round for message in person.messages):
            answered = any(round_id == each for each, _ in person.answered)
            person.ignored = 0 if answered else person.ignored + 1
            if person.ignored >= 4 and person.silent_from is None:
                person.silent_from = self.office.now

    async def _next_due(self) -> datetime | None:
        async with self.office.storage.read("look") as tx:
            return await next_due_at(tx)

    async def _reads(self, person: Person, message: Message) -> None:
        match person.habit:
            case Habit.ANSWERS:
                await self._answers(person, message)
            case Habit.WAITS if len(person.messages) % 2 == 0:
                await self._answers(person, message)
            case Habit.NEVER_AND_SAYS_YES if message.asks:
                person.ignored, person.silent_from = 0, None
                await self.office.sets(person.chat, ignored=0, asked_to_carry_on=False)
            case _:
                pass

    async def _answers(self, person: Person, message: Message) -> None:
        if message.round not in self.views:
            self.views[message.round] = await self.office.view(message.round)
        view = self.views[message.round]
        chosen = (5,) * len(view.instrument.items)
        answered = await self.office.answers(person.chat, message.prompt, chosen, view=view)
        assert answered is Answered.SEALED, person.name
        person.answered[message.round, message.prompt] = self.office.now


def as_known_at(person: Person, number: int) -> Said:
    """Return what forbids somebody's message of this number: those before it, and a pause."""
    before = tuple(message.day for message in person.messages[:number])
    paused = person.pauses and person.messages[number].day >= PAUSED[0]
    until = PAUSED[1] if paused else date.min
    return replace(person.said, contacted=before, paused_until=until)


def weeks_of(person: Person) -> Iterator[int]:
    """Yield how many messages came in the seven days from each message on."""
    days = Counter(message.day for message in person.messages)
    for day in days:
        yield sum(days[day + n * DAY] for n in range(7))


def waited(person: Person, reminder: Message) -> timedelta:
    """Return how long after the invitation its reminder came."""
    prompt = reminder.round, reminder.prompt
    (invited,) = (
        each.at
        for each in person.messages
        if (each.round, each.prompt) == prompt and not each.reminder
    )
    return reminder.at - invited
