"""A walk over everything an officer can tap and type, on the product's own handlers.

Updates go in as Telegram's library makes them; what would go out is written down instead of
sent. Nothing here knows a topic by name, so what is added is walked, too.
"""

from collections import deque
from dataclasses import dataclass, field
from datetime import UTC, datetime

from telegram import CallbackQuery, Chat, Message, Update, User

from bot.core.profiles import Profile
from bot.core.responses import RoleType
from bot.officer.buttons import CheckInButtons, InCheckIn, Named, read_press
from bot.officer.handlers import OfficerHandlers
from bot.officer.messenger import TRIES, TelegramMessenger
from bot.officer.screen import Screen
from bot.sealing.address import AddressKeys
from bot.sealing.process_keys import officer_keys
from bot.workflows import codes
from storage import enrolments
from storage.states import EnrolmentState
from tests.officer.every_screen import TONGUES
from tests.station import Station

Place = tuple[object, ...]
"""A button, as far as one is like another."""

MOST_ARGUMENTS = 40
"""Of one button: a cycle that is being built has more than anybody would walk."""

HELP = ":help"


class WritesDown(TelegramMessenger):
    """Keeps the screens that would have been shown."""

    shown: list[Screen]

    async def show(self, chat: int, screen: Screen, *, tries: int = TRIES) -> None:
        """Write down a new message."""
        self.shown.append(screen)

    async def replace(self, chat: int, message: int, screen: Screen) -> None:
        """Write down what a message turns into."""
        self.shown.append(screen)

    async def acknowledge(self, callback: str, text: str | None = None) -> None:
        """Nobody watches a spinner here."""


@dataclass
class Walk:
    """One officer, everything they were shown, and where each button led."""

    station: Station
    officer: int
    code: str
    state: EnrolmentState | None
    """As what they walk: joined, stopped, or a stranger. Every step begins so."""

    messenger: WritesDown = field(init=False)
    handlers: OfficerHandlers = field(init=False)
    address: AddressKeys = field(init=False)
    leads_to: dict[Place, set[Place]] = field(default_factory=dict)
    screens: dict[Place, list[Screen]] = field(default_factory=dict)
    _waiting: deque[tuple[Place, str]] = field(default_factory=deque)
    _arguments: dict[str, set[str]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        desk = self.station.assembly.desk
        assert self.station.assembly.officers is not None
        made = CheckInButtons(desk.tokens)
        self.messenger = WritesDown(self.station.assembly.officers.bot, made, TONGUES)
        self.messenger.shown = []
        self.handlers = OfficerHandlers(desk, self.messenger, made, TONGUES)
        self.address, _ = officer_keys(self.station.assembly.settings.keys)

    # --- Steps ------------------------------------------------------------------------

    async def says(self, text: str | None) -> list[Screen]:
        """Write something, or send a picture; return what is shown."""
        return await self._sends(message=self._message(text))

    async def taps(self, data: str) -> list[Screen]:
        """Tap a button; return what is shown."""
        person = User(self.officer, "Sam", is_bot=False)
        query = CallbackQuery("1", person, "1", message=self._message("A message"), data=data)
        return await self._sends(callback_query=query)

    def _message(self, text: str | None) -> Message:
        person, chat = User(self.officer, "Sam", is_bot=False), Chat(self.officer, "private")
        return Message(1, datetime.now(UTC), chat, person, text=text)

    async def _sends(self, **parts: object) -> list[Screen]:
        await self._as_before()
        self.messenger.shown = []
        await self.handlers.handle(Update(1, **parts))  # type: ignore[arg-type]  # a message or a tap
        return self.messenger.shown

    async def _as_before(self) -> None:
        """Be joined, stopped or a stranger again, whatever the last step did."""
        desk = self.station.assembly.desk
        async with self.station.assembly.storage.read("look") as tx:
            known = await enrolments.by_lookup(tx, self.address.lookup(self.officer))
        if (None if known is None else known.state) is self.state:
            return
        if self.state is None:
            await desk.forget(self.officer)
            return
        profile = Profile(self.officer, role_type=RoleType.OFFICER)
        joined = await desk.join(profile, self.code)
        assert not isinstance(joined, codes.CodeProblem)
        if self.state is EnrolmentState.STOPPED:
            await desk.stop(self.officer)

    # --- The walk -----------------------------------------------------------------------

    async def begins(self, typed: str | None) -> None:
        """Walk on from something typed."""
        self._arrive(("typed", typed), await self.says(typed))

    def starts_at(self, name: str, screen: Screen) -> None:
        """Walk on from a screen that comes by itself, or that is hard to come to."""
        self._arrive(("a screen", name), [screen])

    def starts_with(self, data: str) -> None:
        """Walk on from a button of a message that came by itself."""
        self._waiting.append((self._place_of(data), data))

    async def goes_everywhere(self) -> None:
        """Tap every button there is, until there is no other."""
        while self._waiting:
            place, data = self._waiting.popleft()
            if place not in self.screens:
                self._arrive(place, await self.taps(data))

    def _arrive(self, place: Place, shown: list[Screen]) -> None:
        self.screens[place] = shown
        self.leads_to[place] = set()
        for button in (each for screen in shown for row in screen.rows for each in row):
            onward = self._place_of(button.data)
            if not button.data.startswith(HELP):
                self.leads_to[place].add(onward)
            if onward not in self.screens:
                self._waiting.append((onward, button.data))

    def _place_of(self, data: str) -> Place:
        desk = self.station.assembly.desk
        press = read_press(data, self.officer, desk.catalogue, CheckInButtons(desk.tokens))
        if isinstance(press, InCheckIn):
            # What was answered makes no other screen; how far it got does.
            step = (press.tap.verb, press.tap.item, press.draft.item, press.draft.reviewed)
            return ("check-in", press.view.check_in.id, *step)
        if not isinstance(press, Named):
            return ("an old button",)
        known = self._arguments.setdefault(press.name, set())
        if press.argument not in known and len(known) >= MOST_ARGUMENTS:
            return (press.name, min(known))
        known.add(press.argument)
        return (press.name, press.argument)

    def within_reach(self, wanted: set[Place]) -> set[Place]:
        """Return every place from which one that is wanted can be reached."""
        found = set(wanted)
        while more := {
            place
            for place, onward in self.leads_to.items()
            if place not in found and onward & found
        }:
            found |= more
        return found
