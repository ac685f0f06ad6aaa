"""The logo that may come with what makes posters: read beside the fields, and kept by nobody."""

import asyncio
from dataclasses import dataclass
from typing import Final

from starlette.requests import Request

from bot.admin.posters.logo import KINDS, LARGEST_LOGO, TOO_LARGE, Logo, LogoRefused
from bot.admin.posters.printing import logo_that_draws
from bot.web.fields import Fields, read_fields
from bot.web.uploads import KIND, TooLarge, read_upload

FIELD: Final = "logo"


@dataclass(frozen=True, slots=True)
class WithLogo:
    """What a page sent: its fields, the logo that can be drawn, or what is wrong with it."""

    fields: Fields
    logo: Logo | None = None
    problem: str = ""

    @property
    def came(self) -> bool:
        """Whether a file was chosen, whatever it was."""
        return self.logo is not None or bool(self.problem)


async def read_with_logo(request: Request, press: asyncio.Lock) -> WithLogo:
    """Return what a page sent; one logo at a time is looked at, whoever holds the press."""
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != KIND:
        return WithLogo(await read_fields(request))
    upload = await read_upload(request, LARGEST_LOGO)
    given = upload.files.get(FIELD)
    if given is None:
        return WithLogo(upload.fields)
    try:
        if isinstance(given, TooLarge):
            raise LogoRefused(expected=f"{KINDS} of at most 1 MB", got=TOO_LARGE)
        async with press:
            logo = await asyncio.to_thread(logo_that_draws, given.content)
    except LogoRefused as error:
        text = f"Expected {error.details['expected']}; this was {error.details['got']}."
        return WithLogo(upload.fields, problem=text)
    return WithLogo(upload.fields, logo)
