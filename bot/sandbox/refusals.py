"""What Telegram answers instead of doing what it was asked, in its own words."""

from typing import Any

from bot.core.errors import StandEasyError


class Refused(StandEasyError):
    """{error_code} {description}"""

    def __init__(
        self, error_code: int, description: str, parameters: dict[str, Any] | None = None
    ) -> None:
        super().__init__(error_code=error_code, description=description)
        self.error_code = error_code
        self.description = description
        self.parameters = parameters

    def to_api(self) -> dict[str, Any]:
        """The body of the answer."""
        body: dict[str, Any] = {
            "ok": False,
            "error_code": self.error_code,
            "description": self.description,
        }
        if self.parameters:
            body["parameters"] = self.parameters
        return body


def bad_request(what: str) -> Refused:
    """400 with Telegram's prefix."""
    return Refused(400, f"Bad Request: {what}")


def forbidden(what: str) -> Refused:
    """403 with Telegram's prefix."""
    return Refused(403, f"Forbidden: {what}")


def conflict(what: str) -> Refused:
    """409 with Telegram's prefix."""
    return Refused(409, f"Conflict: {what}")


def too_many(seconds: int) -> Refused:
    """429 with the seconds to wait."""
    return Refused(429, f"Too Many Requests: retry after {seconds}", {"retry_after": seconds})


NOT_MODIFIED = (
    "message is not modified: specified new message content and reply markup are exactly "
    "the same as a current content and reply markup of the message"
)
OLD_QUERY = "query is too old and response timeout expired or query ID is invalid"
TWO_POLLERS = (
    "terminated by other getUpdates request; make sure that only one bot instance is running"
)
WEBHOOK_ACTIVE = (
    "can't use getUpdates method while webhook is active; use deleteWebhook to delete the "
    "webhook first"
)
