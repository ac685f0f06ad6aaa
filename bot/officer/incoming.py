"""Only what is needed of an update enters the program.

Names, pictures, places, contacts and whatever else an officer's phone sends are dropped
before anything reads them. What is left is small and of a known form, so an update that
this program, or its library, does not understand is empty, and never stops the others.
"""

import re
from collections.abc import Mapping
from typing import Any

from telegram.request import HTTPXRequest

from bot.officer.watched import Watched

_LANGUAGE = re.compile(r"[a-z]{2,3}(?:-[a-z0-9]{2,8}){0,2}", re.ASCII | re.IGNORECASE)
# Telegram's ids have 52 significant bits at most, and its moments fit into 32.
_MOST = {"id": 2**52, "message_id": 2**52, "date": 2**32}


class TrimmedUpdates(Watched):
    """The connection that fetches updates, and trims each as it comes."""

    @staticmethod
    def parse_json_payload(payload: bytes) -> dict[str, Any]:
        """Return the answer with its updates trimmed."""
        answer = HTTPXRequest.parse_json_payload(payload)
        result = answer.get("result")
        if isinstance(result, list):
            answer["result"] = [trimmed(update) for update in result if _is_update(update)]
        return answer


def _is_update(update: object) -> bool:
    return isinstance(update, dict) and isinstance(update.get("update_id"), int)


def trimmed(update: Mapping[str, Any]) -> dict[str, Any]:
    """Return an update with what is needed of it; with its number alone if that is amiss."""
    kept: dict[str, Any] = {"update_id": update["update_id"]}
    try:
        for kind in ("message", "channel_post"):
            if kind in update:
                kept[kind] = _message(update[kind])
        if "callback_query" in update:
            kept["callback_query"] = _tap(update["callback_query"])
    except (KeyError, TypeError, ValueError, AttributeError):
        return {"update_id": update["update_id"]}
    return kept


def _message(message: Mapping[str, Any]) -> dict[str, Any]:
    number, kind = _number(message["chat"], "id"), _words(message["chat"], "type")
    kept: dict[str, Any] = {name: _number(message, name) for name in ("message_id", "date")}
    kept["chat"] = {"id": number, "type": kind}
    if "text" in message:
        kept["text"] = _words(message, "text")
    if message.get("has_protected_content") is True:
        kept["has_protected_content"] = True
    # Who writes in a group is nobody's business; in a private chat it is the chat.
    if kind == "private" and (language := _language(message.get("from"))):
        kept["from"] = _sender(number) | language
    return kept


def _tap(tap: Mapping[str, Any]) -> dict[str, Any]:
    kept: dict[str, Any] = {"id": _words(tap, "id"), "chat_instance": ""}
    kept["from"] = _sender(_number(tap["from"], "id")) | _language(tap["from"])
    if "data" in tap:
        kept["data"] = _words(tap, "data")
    if "message" in tap:
        kept["message"] = _message(tap["message"])
    return kept


def _sender(number: int) -> dict[str, Any]:
    # The library wants a first name; this program does not.
    return {"id": number, "is_bot": False, "first_name": ""}


def _language(sender: object) -> dict[str, str]:
    """Return the language of somebody's Telegram, if it is a plain short tag."""
    tag = sender.get("language_code") if isinstance(sender, Mapping) else None
    if not isinstance(tag, str) or not _LANGUAGE.fullmatch(tag):
        return {}
    return {"language_code": tag}


def _number(content: Mapping[str, Any], name: str) -> int:
    number = content[name]
    if type(number) is not int or abs(number) >= _MOST[name]:
        raise TypeError
    # A moment before 1970 is none; of the ids only those of groups are below zero.
    if name == "date" and number < 0:
        raise TypeError
    return number


def _words(content: Mapping[str, Any], name: str) -> str:
    words = content[name]
    if not isinstance(words, str):
        raise TypeError
    # Half a surrogate pair cannot be written anywhere: whoever tries would raise.
    return words.encode("utf-8", "replace").decode()
