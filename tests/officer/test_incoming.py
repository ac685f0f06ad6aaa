"""What of an update enters the program at all: the needed fields, and of the right kind."""

import json

import pytest

from bot.officer.incoming import trimmed

JSON = dict[str, object]
_PERSON = {"id": 7_000_000_001, "is_bot": False, "first_name": "Sam"}
_CHAT = {"id": 7_000_000_009, "type": "private", "first_name": "Wilmot"}


def a_message_of(person: JSON, chat: JSON = _CHAT, text: str = "hello") -> JSON:
    """A message as Telegram brings it, with more in it than is needed."""
    content = {"message_id": 1, "date": 0, "chat": chat, "from": person, "text": text}
    return {"update_id": 1, "message": content | {"contact": {"first_name": "Wilmot"}}}


def test_of_who_writes_only_the_language_is_kept() -> None:
    person = _PERSON | {"last_name": "Sample", "username": "sam", "language_code": "cy"}
    kept = trimmed(a_message_of(person))
    assert kept["message"]["from"] == {
        "id": _CHAT["id"],
        "is_bot": False,
        "first_name": "",
        "language_code": "cy",
    }
    tap = trimmed({"update_id": 1, "callback_query": {"id": "1", "from": person, "data": ":menu"}})
    assert tap["callback_query"]["from"]["language_code"] == "cy"
    for words in ("Wilmot", "Sam", "sam"):
        assert words not in json.dumps([kept, tap])


@pytest.mark.parametrize("tag", ["en", "cy", "en-GB", "zh-hans", "pt-br", "yue"])
def test_a_short_tag_is_a_language(tag: str) -> None:
    sender = trimmed(a_message_of(_PERSON | {"language_code": tag}))["message"]["from"]
    assert sender["language_code"] == tag


@pytest.mark.parametrize(
    "tag", [None, 7, "", "c", "cymraeg", "en_GB", "en-", "cy\n", "су", "a-b", "x" * 200, ["cy"]]
)
def test_anything_else_is_none(tag: object) -> None:
    assert "from" not in trimmed(a_message_of(_PERSON | {"language_code": tag}))["message"]


def test_nothing_is_kept_of_who_writes_in_a_group() -> None:
    group = {"id": -1, "type": "group", "title": "Wilmot's group"}
    kept = trimmed(a_message_of(_PERSON | {"language_code": "cy"}, group))
    assert kept["message"]["chat"] == {"id": -1, "type": "group"}
    assert "from" not in kept["message"]


def test_half_a_character_is_made_whole() -> None:
    kept = trimmed(a_message_of(_PERSON, text="/start \ud800 \x00"))
    assert kept["message"]["text"] == "/start ? \x00"
