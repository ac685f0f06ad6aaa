"""An admin before the pages of the support directory, with the force of the example."""

import html
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import cast

import httpx

from bot.core.access import Role, Visitor
from bot.core.languages import Tongues
from bot.core.support import SupportEntry
from bot.pages import Content, support_routes_in
from bot.web.application import web_application
from bot.web.sign_in import Door, OpenDoor
from bot.wiring import instruments_by_key
from bot.workflows import programme
from bot.workflows.programme_changes import current_or_none
from config.content import national_support
from config.translations import load_translations
from storage.engine import Storage
from tests.admin.overseen import Clock
from tests.programmes import pulse_alone

NOW = datetime(2026, 12, 14, 9, 30, tzinfo=UTC)
INSTRUMENTS = instruments_by_key()
KESTREL = Visitor("Kestrel", frozenset({Role.ADMIN}))


class Inside(OpenDoor):
    """Lets in one visitor."""

    def __init__(self, visitor: Visitor) -> None:
        self._visitor = visitor

    async def visitor(self, request: object) -> Visitor:
        return self._visitor


@dataclass
class Seen:
    """An admin before the pages."""

    client: httpx.AsyncClient
    storage: Storage
    clock: Clock = field(default_factory=lambda: Clock(NOW))

    async def page(self, address: str = "/support", status: int = 200) -> str:
        answer = await self.client.get(address)
        assert answer.status_code == status, answer.text
        return answer.text

    async def sent(self, address: str, **fields: object) -> httpx.Response:
        return await self.client.post(address, data=fields)

    async def entry(self, entry_id: str) -> SupportEntry:
        found = await current_or_none(self.storage)
        assert found is not None
        return next(entry for entry in found.programme.support if entry.id == entry_id)

    async def version(self) -> int:
        found = await current_or_none(self.storage)
        return 0 if found is None else found.version


@asynccontextmanager
async def before(
    storage: Storage, door: Door | None = None, *, empty: bool = False
) -> AsyncIterator[Seen]:
    clock = Clock(NOW)
    if not empty:
        await programme.load(storage, pulse_alone(), "test", "test", clock)
    # Read from no file here.
    content = Content(INSTRUMENTS, national_support(), cast(object, None))  # type: ignore[arg-type]
    routes = support_routes_in(
        storage, clock, door or Inside(KESTREL), Tongues(load_translations()), content
    )
    application = web_application(routes, allowed_hosts=["console.example"], on_loopback=True)
    transport = httpx.ASGITransport(application)
    async with httpx.AsyncClient(transport=transport, base_url="http://console.example") as client:
        yield Seen(client, storage, clock)


def own(number: int = 0) -> SupportEntry:
    return pulse_alone().support[number]


def fields_of(page: str) -> dict[str, object]:
    """Return what a browser would send of the first form with a version in it."""
    form = re.search(r'<form class="form".*?</form>', page, re.DOTALL)
    assert form
    found: dict[str, object] = {}
    for tag in re.findall(r"<input[^>]*>", form[0]):
        given = dict(re.findall(r'([\w-]+)="([^"]*)"', tag))
        name, value = given["name"], html.unescape(given.get("value", ""))
        if given.get("type") in ("checkbox", "radio"):
            if re.search(r"\schecked\b", tag):
                found.setdefault(name, [])
                cast(list[str], found[name]).append(value)
        else:
            found[name] = value
    after = re.search(r'<option value="([^"]*)" selected', form[0])
    return found | {"after": after[1] if after else ""}


NEW = {
    "name-en": "Chaplain on call",
    "needs": ["chaplaincy", "talk"],
    "phone": "01632 960 170",
    "for_whom-en": "Everybody",
    "hours-en": "Day and night",
    "confidentiality-en": "Told to nobody",
    "scope": "force",
    "english": "yes",
    "source": "The chaplaincy",
    "called": "yes",
    "reason": "a new chaplain",
    "step": "save",
}
