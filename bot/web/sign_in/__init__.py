"""Signing in. What every page needs of it is here; what signs people in is loaded by `serve`."""

from bot.web.sign_in.door import EVERYBODY, Door, Handler, OpenDoor, permission_of, visitor_of
from bot.web.sign_in.one_time import SESSION_LASTS, OneTimeDoor

__all__ = [
    "EVERYBODY",
    "SESSION_LASTS",
    "Door",
    "Handler",
    "OneTimeDoor",
    "OpenDoor",
    "permission_of",
    "visitor_of",
]
