"""The demo page: a phone, the X-ray and the lead's view side by side, under a movable clock.

- The product is real; this page only moves its clock, plays the officers and looks on.
- What changes something takes JSON from the same origin only.
"""

import asyncio
import logging
import sqlite3
from collections.abc import Awaitable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Mount, Route

from bot.core.errors import StandEasyError
from bot.sandbox.chats import Button, Message
from bot.sandbox.demo.clock import MovableClock
from bot.sandbox.demo.colleagues import Colleagues, TeamInvitation
from bot.sandbox.demo.moves import Moves, Product, Refused
from bot.sandbox.demo.people import PEOPLE, DemoPerson
from bot.sandbox.demo.words import (
    DemoStatus,
    clock_in_words,
    colleagues_in_words,
    status_in_words,
)
from bot.sandbox.phone_pages import Phonebook, phone_routes, posted
from bot.sandbox.phones import Phone
from bot.sandbox.telegram_state import Telegram
from bot.sandbox.xray.cards import cards_of
from bot.sandbox.xray.page import ChatHashes, XRay
from bot.web.templating import templates

__all__ = ["Demo", "DemoStatus", "Product", "TeamInvitation"]

log = logging.getLogger(__name__)

PREFIX: Final = "/sandbox"
COLLEAGUES: Final = 60
MOST_COLLEAGUES: Final = 200
WELSH: Final = "cy"


@dataclass(frozen=True, slots=True)
class DemoOfficer:
    """A phone on the page: whose it is, and what the poster beside it says."""

    phone: Phone
    about: str
    team: TeamInvitation | None
    """None: nobody invited this phone to a team."""


class Demo:
    """The page, its JSON, and what it has set going."""

    def __init__(
        self,
        telegram: Telegram,
        clock: MovableClock,
        product: Product,
        database: Path,
        invitations: Sequence[TeamInvitation],
        hashes: ChatHashes,
        people: Sequence[DemoPerson] = PEOPLE,
    ) -> None:
        self._clock = clock
        self._product = product
        self._colleagues = Colleagues(telegram, invitations)
        self._xray = XRay(database, hashes)
        self._moves = Moves(clock, product, self._colleagues, self._xray)
        self._team_names = {each.team: each.name for each in invitations}
        self._book = Phonebook(telegram)
        self._people = people
        self._officers = [
            DemoOfficer(self._book.add(), each.name, each) for each in choose_teams(invitations)
        ]
        # The first team again, on a phone whose Telegram is in Welsh.
        welsh = self._book.add("Eira Esiampl", WELSH)
        self._officers.append(DemoOfficer(welsh, "Telegram in Welsh", invitations[0]))
        # Whoever has access has a phone too: for alerts, and to try a code of one's own making.
        self._officers.append(DemoOfficer(self._book.add(people[0].name), "No team yet", None))
        self._steps = self._moves.done
        self._templates = templates("bot.sandbox")
        self.routes: list[BaseRoute] = [
            Route("/", self.page, methods=["GET"]),
            Route("/demo/state", self.state, methods=["GET"]),
            Route("/demo/clock", self.move_clock, methods=["POST"]),
            Route("/demo/colleagues", self.let_colleagues, methods=["POST"]),
            Route("/demo/xray", self.look, methods=["GET"]),
            Mount(PREFIX, routes=phone_routes(self._book)),
        ]

    async def close(self) -> None:
        """Send the colleagues home."""
        await self._moves.close()

    # -- what is shown --------------------------------------------------------------

    async def page(self, request: Request) -> Response:
        """GET /"""
        about = {
            "prefix": PREFIX,
            "colleagues": COLLEAGUES,
            "officers": self._officers,
            "people": self._people,
        }
        return self._templates.TemplateResponse(request, "demo.html", about)

    async def state(self, request: Request) -> Response:
        """GET /demo/state: the clock, the round and the colleagues, in words."""
        status = await self._product.status()
        people = self._colleagues
        if people.answered:
            self._steps.add("colleagues")
        now = self._clock.now()
        return JSONResponse(
            {
                "clock": clock_in_words(now, status.timezone),
                "timezone": status.timezone,
                "force": status.force,
                "sentence": self._moves.trouble
                or status_in_words(status, now, await self._product.next_prompt_at()),
                "busy": self._moves.busy,
                "round_open": await self._product.round_closes_at() is not None,
                "colleagues": {
                    "sentence": colleagues_in_words(
                        people.doing, people.done, people.of, people.joined, people.answered
                    ),
                    "joined": people.joined,
                    "answered": people.answered,
                },
                # When this changes, the lead's view does.
                "results": f"{status.state}-{status.closes_on}-{status.releases}",
                "steps": sorted(self._steps),
            }
        )

    async def look(self, request: Request) -> Response:
        """GET /demo/xray?phone=ID: what is held for this chat and in all."""
        phone = self._phone(request.query_params.get("phone", ""))
        try:
            held = await asyncio.to_thread(self._xray.look, phone.id)
        except sqlite3.OperationalError:
            raise HTTPException(503, "The database is busy. The next look comes by itself.") from (
                None
            )
        if held.enrolment:
            self._steps.add("join")
        if held.marks_of_chat:
            self._steps.add("answer")
        cards = cards_of(held, self._team_names, answering=_is_answering(phone))
        return JSONResponse(
            {
                "cards": [asdict(card) for card in cards],
                "joined": held.enrolment is not None,
                "started": phone.chat.started,
            }
        )

    def _phone(self, asked: str) -> Phone:
        phone = self._book.phones.get(int(asked)) if asked.isdecimal() else None
        if phone is None:
            raise HTTPException(404, "There is no such phone.")
        return phone

    # -- what is done ---------------------------------------------------------------

    async def move_clock(self, request: Request) -> Response:
        """POST /demo/clock {"to": "next-prompt" | "day" | "close"}: move, and do what is due."""
        asked = await posted(request)
        way = asked.get("to")
        if way not in self._moves.ways:
            raise HTTPException(400, f"Expected `to` to be one of {', '.join(self._moves.ways)}.")
        return await _done(self._moves.move(way))

    async def let_colleagues(self, request: Request) -> Response:
        """POST /demo/colleagues {"count": 60}: they join and answer; /demo/state tells how far."""
        asked = await posted(request)
        count = asked.get("count", COLLEAGUES)
        if type(count) is not int or not 1 <= count <= MOST_COLLEAGUES:
            raise HTTPException(400, f"Expected a `count` from 1 to {MOST_COLLEAGUES}.")
        return await _done(self._moves.let_answer(count))


async def _done(act: Awaitable[None]) -> Response:
    """Do it, and say so; 409 when it cannot be done now, 503 when it failed."""
    try:
        await act
    except Refused as refused:
        return JSONResponse({"sentence": str(refused)}, 409)
    except StandEasyError as error:
        log.error("the demo could not go on: %s", type(error).__name__)
        return JSONResponse({"sentence": f"{error} {error.hint}".strip()}, 503)
    return JSONResponse({"sentence": ""})


def choose_teams(invitations: Sequence[TeamInvitation]) -> list[TeamInvitation]:
    """Return the teams of the phones on the page: the first, the smallest, the largest."""
    by_size = sorted(invitations, key=lambda each: each.headcount)
    chosen = [invitations[0], by_size[0], by_size[-1]]
    return list(dict.fromkeys(chosen))


def _is_answering(phone: Phone) -> bool:
    """Whether a check-in stands open on this phone."""
    return any(len(_drafts(message)) > 1 for message in phone.received)


def _drafts(message: Message) -> list[Button]:
    """Return the buttons with a draft inside: one opens a check-in, more are in it.

    In whatever language it is: every other button of the bot begins with a colon.
    """
    buttons = [button for row in message.keyboard for button in row]
    return [
        button
        for button in buttons
        if button.action == "callback_data" and not button.value.startswith(":")
    ]
