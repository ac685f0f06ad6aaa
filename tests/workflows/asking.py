"""Officers who asked to be written to: the workflow on an office, and what went out to whom."""

import secrets
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from sqlalchemy import select

from bot.core.profiles import FollowUpAddress
from bot.core.programme import CheckIn, Programme, Window
from bot.sealing.address import NONCE_SIZE
from bot.workflows import enrol, programme
from bot.workflows.catalogue import Catalogue, read_catalogue
from bot.workflows.follow_up import FollowUps
from bot.workflows.follow_up_kinds import INSTRUMENT_OF
from bot.workflows.follow_up_lookups import lookup_for, of_chat
from bot.workflows.follow_up_sending import FollowUpMessage
from bot.workflows.invite import SendingReport, Sent, TryLater
from storage import follow_ups
from storage.follow_ups import FollowUp
from storage.states import FollowUpKind, FollowUpState
from storage.tables import follow_up as table
from tests.workflows.office import ZONE, Office, an_office

CHAT = 7_400_000_001
THREE, TWENTY_EIGHT, NINETY = INSTRUMENT_OF


def asking(document: Programme) -> Programme:
    """Return a programme that asks something after a tough job."""
    # In rounds of a year, whatever the document says: what closes and opens is not looked at.
    more = [
        CheckIn(
            id=instrument,
            title={"en": "After a tough job"},
            instrument=instrument,
            instrument_version=1,
            audience="everyone",
            starts_on=date(2026, 11, 2),
            recurrence="FREQ=WEEKLY;INTERVAL=52;BYDAY=MO",
            window=Window.model_validate_json('{"opens": "11:00", "closes": "20:00"}'),
            invites=False,
        )
        for instrument in INSTRUMENT_OF.values()
    ]
    others = without_asking(document).check_ins
    return document.model_copy(update={"check_ins": [*others, *more]})


def without_asking(document: Programme) -> Programme:
    """Return a programme that asks nothing after a tough job."""
    kept = [each for each in document.check_ins if each.instrument not in INSTRUMENT_OF.values()]
    return document.model_copy(update={"check_ins": kept})


def local(moment: datetime) -> datetime:
    """Return a moment as the clock on the wall shows it."""
    return moment.astimezone(ZoneInfo(ZONE))


@dataclass
class Sending:
    """Writes down what is to go out, and answers what the test wants Telegram to have said."""

    office: Office
    sent: list[tuple[datetime, FollowUpMessage]] = field(default_factory=list)
    says: dict[int, Sent | TryLater] = field(default_factory=dict)
    dies: bool = False
    """Whether the process is killed once the message is out."""

    async def follow_up(self, message: FollowUpMessage) -> Sent | TryLater:
        """Write down one message."""
        self.sent.append((self.office.now, message))
        if self.dies:
            raise Killed
        return self.says.get(message.telegram_id, Sent.ARRIVED)


class Killed(BaseException):
    """The process ends here."""


class Asking:
    """What officers who asked for something, and the sender, do in an office."""

    def __init__(self, office: Office) -> None:
        self.office = office
        self.catalogue = Catalogue({}, None, ())
        self.sending = Sending(office)
        self.follow_ups = self.another()

    def another(self) -> FollowUps:
        """Return what another process would have."""
        office = self.office
        return FollowUps(
            office.storage,
            office.address,
            lambda: self.catalogue,
            office.clock,
            secrets.token_bytes,
        )

    async def asks(self, document: Programme) -> "Asking":
        """Load a programme, open its rounds, and know about them."""
        office = self.office
        office.programme = document
        await programme.load(office.storage, document, "test", "test", office.clock)
        await self.refresh()
        return self

    async def refresh(self) -> None:
        """Open what is due, and read the catalogue."""
        await self.office.turn()
        self.catalogue = await read_catalogue(self.office.storage, self.office.instruments, ())

    async def send(self) -> SendingReport:
        """Send what is due."""
        return await self.follow_ups.send_due(self.sending)

    async def rows(self, chat: int = CHAT) -> list[FollowUp]:
        """Return what a chat has."""
        async with self.office.storage.read("look") as tx:
            return await of_chat(tx, self.office.address, chat)

    async def put(
        self,
        kind: FollowUpKind,
        chat: int,
        due_at: datetime,
        *,
        sealed_for: bytes | None = None,
    ) -> None:
        """Store a follow-up as another use case would."""
        row, keys = secrets.token_bytes(16), self.office.address
        plain = FollowUpAddress(chat).to_bytes()
        sealed = keys.seal_address(plain, sealed_for or row, secrets.token_bytes(NONCE_SIZE))
        async with self.office.storage.transaction("ask") as tx:
            lookup = lookup_for(keys, chat, kind)
            await follow_ups.put(tx, FollowUp(row, lookup, sealed, kind, due_at))

    async def joins(self, chat: int = CHAT) -> None:
        """Let a chat join: only then there are questions for it."""
        assert await self.office.join(chat, await self.office.code()) is True

    async def amend(self, officer: int, **changes: object) -> None:
        """Change an officer's profile."""
        storage, keys = self.office.storage, self.office.address
        assert await enrol.amend_profile(storage, keys, officer, secrets.token_bytes, **changes)

    async def kinds(self, chat: int = CHAT) -> list[FollowUpKind]:
        """Return the kinds of what a chat has, earliest first."""
        return [row.kind for row in await self.rows(chat)]

    async def next_moment(self) -> datetime | None:
        """Return when the sender will next find something."""
        async with self.office.storage.read("look") as tx:
            found = await tx.all(select(table).where(table.c.state != FollowUpState.SENT))
        return min((row.claimed_until or row.due_at for row in found), default=None)

    async def passes(self, until: datetime) -> None:
        """Let time pass, each message looked at as soon as it is due."""
        while (moment := await self.next_moment()) is not None and moment <= until:
            self.office.now = max(self.office.now, moment)
            await self.send()
        self.office.now = until

    def sent_to(self, chat: int = CHAT) -> list[tuple[datetime, FollowUpKind]]:
        """Return when what was sent to a chat."""
        return [(at, sent.kind) for at, sent in self.sending.sent if sent.telegram_id == chat]


def hours(moments: Sequence[tuple[datetime, FollowUpKind]], since: datetime) -> list[float]:
    """Return how many hours after `since` each came."""
    return [(at - since) / timedelta(hours=1) for at, _ in moments]


@asynccontextmanager
async def an_asking_office(
    database_url: str, tmp_path: Path, *, asks: bool = True
) -> AsyncIterator[Asking]:
    """Open an office whose programme asks something after a tough job, or does not."""
    async with an_office(database_url, tmp_path) as office:
        made = asking if asks else without_asking
        yield await Asking(office).asks(made(office.programme))
