"""Only what is needed of an update enters the program.

Names, pictures, places, contacts and whatever else an officer's phone sends are dropped
before anything reads them. What is left is small and of a known form, so an update that
this program, or its library, does not understand is empty, and never stops the others.
"""

from collections.abc import Mapping
from typing import Any

from telegram.request import HTTPXRequest

_CHAT = ("id", "type")
_MESSAGE = ("message_id", "date", "text", "has_protected_content")
_TAP = ("id", "data")


class TrimmedUpdates(HTTPXRequest):
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
    kept = {name: message[name] for name in _MESSAGE if name in message}
    if not isinstance(kept["message_id"], int) or not isinstance(kept["date"], int):
        raise TypeError
    if not isinstance(kept.get("text", ""), str):
        raise TypeError
    kept["chat"] = {name: message["chat"][name] for name in _CHAT}
    return kept


def _tap(tap: Mapping[str, Any]) -> dict[str, Any]:
    kept = {name: tap[name] for name in _TAP if name in tap}
    kept["id"], kept["chat_instance"] = str(tap["id"]), str(tap.get("chat_instance", ""))
    # The library wants a first name; this program does not.
    kept["from"] = {"id": int(tap["from"]["id"]), "is_bot": False, "first_name": ""}
    if "message" in tap:
        kept["message"] = _message(tap["message"])
    return kept
