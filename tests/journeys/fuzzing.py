"""A Telegram that answers in memory and checks what is sent, and updates nobody expects.

Everything comes from one seeded `Random`: a run that fails fails again.
"""

import json
from collections import Counter, deque
from dataclasses import dataclass, field
from functools import lru_cache
from random import Random
from typing import Any

from telegram.error import TimedOut
from telegram.request import BaseRequest, RequestData

from bot.sandbox.chats import keyboard_from_api
from bot.sandbox.entities import parse_html
from bot.sandbox.refusals import Refused

JSON = dict[str, Any]

MARK = "zyxquil"
"""In everything that is typed, so that it is found wherever it is kept."""

MOST_CHARACTERS = 4_096
BOT = {"id": 12345, "is_bot": True, "first_name": "Stand Easy", "username": "invented_bot"}
FAILS_ONCE_IN = 12
REFUSES_ONCE_IN = 40
_PLAIN_REFUSALS = {
    "editMessageText": (
        "Bad Request: message is not modified",
        "Bad Request: message to edit not found",
        "Bad Request: message can't be edited",
    ),
    "answerCallbackQuery": ("Bad Request: query is too old and response timeout expired",),
    "sendMessage": ("Bad Request: chat not found",),
}


@lru_cache(10_000)
def complaint_about(text: str) -> str | None:
    """Return what Telegram would refuse about a text, or None."""
    try:
        shown, _ = parse_html(text)
    except Refused as refused:
        return str(refused)
    if not 1 <= len(shown.strip()) <= MOST_CHARACTERS or len(text) > MOST_CHARACTERS:
        return f"{len(shown)} characters shown, {len(text)} sent"
    return None


class InventedTelegram(BaseRequest):
    """Answers every call at once; refuses, fails and comes late now and then."""

    def __init__(self, random: Random) -> None:
        self._random = random
        self._failed_last = False
        self._number = 0
        self.fails = False
        """Whether calls fail now and then."""
        self.calls: Counter[str] = Counter()
        self.refused: Counter[str] = Counter()
        self.wrong: list[str] = []
        self.buttons: deque[tuple[int, str]] = deque(maxlen=5_000)
        """Whom a button was shown, and what it carries."""

    @property
    def read_timeout(self) -> float | None:
        """Nothing is waited for."""
        return None

    async def initialize(self) -> None:
        """Nothing to open."""

    async def shutdown(self) -> None:
        """Nothing to close."""

    async def do_request(
        self, url: str, method: str, request_data: RequestData | None = None, *_: Any, **__: Any
    ) -> tuple[int, bytes]:
        """Answer one call."""
        name = url.rpartition("/")[2]
        given = request_data.parameters if request_data else {}
        self.calls[name] += 1
        if self.fails and (failure := self._failure(name)) is not None:
            return failure
        return 200, json.dumps({"ok": True, "result": self._result(name, given)}).encode()

    def _failure(self, name: str) -> tuple[int, bytes] | None:
        """Return how a call goes wrong this time, if it does."""
        if self._random.randrange(REFUSES_ONCE_IN) == 0 and name in _PLAIN_REFUSALS:
            if name == "sendMessage" and self._random.random() < 0.5:
                return self._refuse(403, "Forbidden: bot was blocked by the user")
            return self._refuse(400, self._random.choice(_PLAIN_REFUSALS[name]))
        # What passes by itself never comes twice running: a second try finds Telegram there.
        self._failed_last = not self._failed_last and self._random.randrange(FAILS_ONCE_IN) == 0
        if not self._failed_last:
            return None
        kind = self._random.choice((429, 429, 500, 502, 0, 1))
        if kind == 0:
            self.refused["timeout"] += 1
            raise TimedOut
        if kind == 1:
            # It arrived, and the answer was lost.
            self.refused["no answer"] += 1
            raise OSError
        return self._refuse(kind, "Telegram is busy", **({"retry_after": 3} if kind == 429 else {}))

    def _refuse(self, status: int, why: str, **parameters: int) -> tuple[int, bytes]:
        self.refused[str(status)] += 1
        body = {"ok": False, "error_code": status, "description": why, "parameters": parameters}
        return status, json.dumps(body).encode()

    def _result(self, name: str, given: JSON) -> Any:
        match name:
            case "getMe":
                return BOT
            case "sendMessage":
                return self._message(given)
            case "editMessageText":
                # What Telegram says of an edit in some chats; nobody here reads more of it.
                return bool(self._message(given))
            case "answerCallbackQuery":
                if len(given.get("text", "")) > 200:
                    self.wrong.append("a toast of more than 200 characters")
                return True
        self.wrong.append(f"an unexpected {name}")
        return True

    def _message(self, given: JSON) -> JSON:
        text, chat = given["text"], given["chat_id"]
        if given.get("parse_mode") != "HTML":
            self.wrong.append("a text that is not marked as HTML")
        if wrong := complaint_about(text):
            self.wrong.append(f"{wrong}: {text[:200]!r}")
        markup = given.get("reply_markup")
        try:
            # Refuses data of more than 64 bytes, empty labels and too many buttons.
            keyboard = keyboard_from_api(markup)
        except Refused as refused:
            self.wrong.append(f"{refused}: {markup!r}")
            keyboard = ()
        self.buttons.extend((chat, button.value) for row in keyboard for button in row)
        self._number += 1
        shown = {"id": chat, "type": "private" if chat > 0 else "group"}
        return {"message_id": self._number, "date": 1_800_000_000, "chat": shown}


# --- What is sent in ----------------------------------------------------------------------

COMMANDS = (
    *("/help", "/support", "/privacy", "/support", "/privacy", "/forget", "/language"),
    *("/settings", "/pause", "/tough_job", "/nonsense", "/a" * 40, "/", "//", "/ help", "/START"),
)
SLOW_COMMANDS = ("/start", "/stop", "/start@invented_bot")
"""Those that ask the database: the same answers, only later."""
PIECES = (
    *("I can't go on", "help", "1", "\U0001f62d" * 20, "أريد المساعدة الآن", "\u202etxet\u202c"),
    *("\x00", "\ud800", "\udfff\ud800", "<b>&lt;", "&", "\n\n", "{0}%s{number}", "' OR 1=1 --"),
    *("x" * 4_096, "\U0001f9d1\u200d\U0001f692", "e\u0301" * 99, "ABCD-EFGH-JKMN", "%00", "\\"),
)
JUNK: tuple[Any, ...] = (
    *(None, True, -1, 0, 2**31, 2**63, 10**40, 1.5, float("inf"), float("nan")),
    *("", "text", "\ud800", [], [[]], {}, {"id": None}, {"id": "1"}, {"id": 2**70}),
)
ATTACHED: tuple[JSON, ...] = (
    {"sticker": {"file_id": "f", "emoji": "😀"}},
    {"photo": [{"file_id": "f"}], "caption": MARK},
    {"voice": {"file_id": "f", "duration": 3}},
    {"contact": {"phone_number": "+440000000000", "first_name": MARK}},
    {"location": {"latitude": 0.5, "longitude": 0.5}},
    {"document": {"file_id": "f", "file_name": MARK}},
    {"forward_origin": {"type": "hidden_user", "sender_user_name": MARK}, "text": MARK},
    {"reply_to_message": {"message_id": 1, "text": MARK}, "text": f"{MARK} a reply"},
    {"edit_date": 1, "text": MARK},
    {"dice": {"value": 1, "emoji": "🎲"}},
    {"poll": {"question": MARK}},
    {"new_chat_members": [BOT]},
    {"users_shared": {"users": []}},
    {"pinned_message": {}},
    {"web_app_data": {"data": MARK}},
    {"successful_payment": {}},
    {"quote": {}, "text": MARK},
    {"entities": [{"type": "bold", "offset": -1, "length": 9**9}], "text": MARK},
)
LANGUAGES: tuple[Any, ...] = ("en", "cy", "cy-GB", "zh-hans", "", "c" * 200, 7, None, "\ud800", "é")


@dataclass
class Fuzzer:
    """Makes updates: `people` write in private chats, and `taken` are buttons once shown."""

    random: Random
    taken: list[str] = field(default_factory=list)
    _updates: int = 0
    _messages: int = 0

    def update(self, kind: str, content: Any) -> JSON:
        """Return an update with its number."""
        self._updates += 1
        return {"update_id": self._updates, kind: content}

    def anything(self, person: int, taps: list[str], *, commands: bool = True) -> JSON:
        """Return one update of a person; a tap is one of `taps`, whole or spoiled."""
        dice = self.random.random()
        if dice < 0.45:
            return self.tapped(person, self.random.choice(taps) if taps else "")
        if dice < 0.85:
            update = self.written(person, commands=commands)
        elif dice < 0.93:
            kind = self.random.choice(("group", "supergroup", "channel", "sender", "\ud800"))
            update = self.written(-person, kind, commands=commands)
            if kind == "channel":
                update["channel_post"] = update.pop("message")
        else:
            kinds = ("edited_message", "my_chat_member", "poll", "inline_query", "message_reaction")
            other = self.random.choice(kinds)
            return self.update(other, self.message(person))
        return self.spoiled(update) if self.random.random() < 0.15 else update

    def message(self, chat: int, kind: str = "private") -> JSON:
        """Return a message without content."""
        self._messages += 1
        sender = self.sender(abs(chat))
        shown = {"id": chat, "type": kind, "first_name": f"Invented {MARK}"}
        return {"message_id": self._messages, "date": 1_800_000_000, "chat": shown, "from": sender}

    def sender(self, number: int) -> JSON:
        """Return somebody."""
        person: JSON = {"id": number, "is_bot": False, "first_name": MARK, "last_name": MARK}
        if self.random.random() < 0.5:
            person["language_code"] = self.random.choice(LANGUAGES)
        return person

    def written(self, chat: int, kind: str = "private", *, commands: bool) -> JSON:
        """Return something written or sent."""
        message = self.message(chat, kind)
        dice = self.random.random()
        if dice < 0.25:
            message |= self.random.choice(ATTACHED)
        elif dice < 0.5 and commands:
            argument = self.random.choice(("", "", f" {MARK}", f" {self.words()}", "\x00"))
            slow = self.random.random() < 0.15
            command = self.random.choice(SLOW_COMMANDS if slow else COMMANDS)
            message["text"] = (command + argument)[:MOST_CHARACTERS]
        elif dice < 0.97:
            message["text"] = f"{self.words()} {MARK}"[-MOST_CHARACTERS:]
        return self.update("message", message)

    def words(self) -> str:
        """Return words, or what goes for words."""
        pieces = self.random.choices(PIECES, k=self.random.randrange(1, 4))
        return " ".join(pieces)[: MOST_CHARACTERS - 20]

    def tapped(self, person: int, content: Any, *, plain: bool = False) -> JSON:
        """Return a tap with this content; a plain one is what every phone sends."""
        shown: Any = self.message(person)
        dice = 0.5 if plain else self.random.random()
        if dice < 0.2:
            shown = {"message_id": shown["message_id"], "date": 0, "chat": shown["chat"]}
        elif dice < 0.4:
            shown |= {"has_protected_content": True, "text": "…", "reply_markup": {}}
        elif dice < 0.45:
            shown["chat"] |= {"id": -person, "type": "supergroup"}
        sender, query = self.sender(person), f"{self._messages}"
        tap = {"id": query, "from": sender, "message": shown, "chat_instance": "1", "data": content}
        if dice > 0.95:
            del tap["message"]
        if dice > 0.98:
            del tap["data"]
            tap["game_short_name"] = MARK
        return self.update("callback_query", tap)

    def forged(self, content: str) -> str:
        """Return the data of a button with something wrong about it."""
        random, at = self.random, self.random.randrange(len(content) + 1)
        match random.randrange(8):
            case 0:
                return content[:at]
            case 1:
                return content[at:]
            case 2:
                return content[:at] + chr(random.randrange(1, 0x250)) + content[at + 1 :]
            case 3:
                return (
                    content[:at] + random.choice((":", "@", "@cy", "\x00", "\ud800")) + content[at:]
                )
            case 4:
                return content + content
            case 5:
                return content.swapcase()
            case 6:
                return f":{content}@{random.choice(('cy', 'xx', 'en-GB', ''))}"
        return "".join(chr(random.randrange(1, 128)) for _ in range(random.randrange(200)))

    def spoiled(self, update: JSON) -> JSON:
        """Return an update with a field that is missing or of another kind."""
        spoiled: JSON = json.loads(json.dumps(update))
        place: Any = spoiled
        while True:
            name = self.random.choice(list(place))
            inner = place[name]
            if isinstance(inner, dict) and inner and self.random.random() < 0.8:
                place = inner
                continue
            if self.random.random() < 0.3:
                del place[name]
            elif name == "id" and self.random.random() < 0.5:
                # Whoever has this id, it is nobody who joined.
                place[name] = self.random.choice((2**52 - 1, -(2**52) + 1, 2**52, 1, 2**64))
            else:
                place[name] = self.random.choice(JUNK)
            return spoiled
