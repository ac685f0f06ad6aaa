"""Results as a whole, or nothing: what every page and file says when what is stored is damaged.

Nobody could tell then what is true, so nothing is shown and nothing is written.
"""

import logging
from functools import wraps

from starlette.requests import Request
from starlette.responses import Response

from bot.core.disclosure.release import DamagedRelease
from bot.web.sign_in import Handler
from bot.web.templating import message_page
from bot.workflows.catalogue import NoProgramme
from bot.workflows.kept_releases import BrokenChain, UnreadableRelease

log = logging.getLogger(__name__)


def whole_or_nothing(handler: Handler) -> Handler:
    """Return a handler that says so on a page when what is stored is not whole."""

    @wraps(handler)
    async def guarded(request: Request) -> Response:
        try:
            return await handler(request)
        except (BrokenChain, DamagedRelease, UnreadableRelease, NoProgramme) as error:
            log.error("%s %s", error, error.hint)
            return message_page(
                request,
                503,
                "The results cannot be shown now",
                "Something that is stored is damaged or does not fit the rest. Until that is "
                "mended nothing is shown and nothing is changed, because nobody could tell what "
                "is true.",
                "Tell the person who runs Stand Easy: a backup has to be restored. Nothing "
                "that officers answered is lost by waiting.",
            )

    return guarded
