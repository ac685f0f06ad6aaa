"""Signing in. What every page needs of it is here; what signs people in is loaded by `serve`."""

from bot.web.sign_in.door import EVERYBODY, Door, Handler, OpenDoor, permission_of, visitor_of

__all__ = [
    "EVERYBODY",
    "Door",
    "Handler",
    "OpenDoor",
    "permission_of",
    "visitor_of",
]
