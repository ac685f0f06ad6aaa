"""Fields: what a page's own form sends, within limits, read without any file ever written.

- Only what a plain form of ours sends is taken; anything else is refused with a page that says so.
- Who sends has so long for it, and behind a door is looked at again once everything is here: a
  request that was begun before somebody's access ended does nothing after it.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final
from urllib.parse import parse_qs

from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request

MOST_BYTES: Final = 64_000
MOST_FIELDS: Final = 200
KIND: Final = "application/x-www-form-urlencoded"
READ_WITHIN: Final = 30.0
"""Seconds in which all of a form has to be here."""


class Fields:
    """The fields of one form; what was not sent is empty."""

    def __init__(self, values: dict[str, list[str]]) -> None:
        self._values = values

    def one(self, name: str) -> str:
        """Return a field's value, the first of several, without space around it."""
        return self._values.get(name, [""])[0].strip()

    def all(self, name: str) -> list[str]:
        """Return every value of a field."""
        return self._values.get(name, [])


@asynccontextmanager
async def reading(request: Request, within: float) -> AsyncIterator[None]:
    """Give whoever sends so many seconds, and look again at who that is when it is all here."""
    try:
        async with asyncio.timeout(within):
            yield
    except TimeoutError:
        raise HTTPException(408, "That took too long to arrive") from None
    # Set by the door; before it stand the pages to sign in, which are anybody's.
    look_again = getattr(request.state, "look_again", None)
    if look_again is not None:
        await look_again()


async def read_fields(request: Request) -> Fields:
    """Return what a form sent; raises `HTTPException` when it is not one of ours."""
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != KIND:
        raise HTTPException(415, "That was not sent by a page of Stand Easy")
    body = bytearray()
    try:
        async with reading(request, READ_WITHIN):
            async for chunk in request.stream():
                body += chunk
                if len(body) > MOST_BYTES:
                    raise HTTPException(413, "That was more than fits")
        values = parse_qs(
            body.decode("ascii"),
            keep_blank_values=True,
            errors="strict",
            max_num_fields=MOST_FIELDS,
        )
    except (ClientDisconnect, ValueError):
        raise HTTPException(400, "That could not be read") from None
    return Fields(values)
