"""The officers' end of Telegram: updates in, by long polling or by webhook.

Updates are acknowledged after they were handled, not when they were fetched: what was under
way when the process died comes again.
"""

import asyncio
import hmac
import logging
import os
import re
import time
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from functools import partial

from telegram import Bot, Chat, Update
from telegram.error import Conflict, InvalidToken, RetryAfter, TelegramError

from bot.core.errors import StandEasyError
from bot.core.languages import Tongues
from bot.officer.buttons import CheckInButtons
from bot.officer.flood import FloodGate, Urgency
from bot.officer.handlers import FROM_MEMORY, OfficerHandlers, may_be_a_cry
from bot.officer.incoming import TrimmedUpdates, trimmed
from bot.officer.introduction import introduce
from bot.officer.lead_report import asked_in
from bot.officer.messenger import TelegramMessenger, retry_seconds
from bot.officer.watched import Watched
from bot.workflows.chat_report import ChatReports
from bot.workflows.desk import Desk
from bot.workflows.pulse import Troubles

log = logging.getLogger(__name__)

# What the library will do by itself later; until then each 429 would come with a warning.
os.environ.setdefault("PTB_TIMEDELTA", "true")

ALLOWED_UPDATES = ["message", "callback_query", "channel_post"]
"""The least that is needed: Telegram sends nothing else. Posts of a channel only so that the
bot can say, once, that it does not work there."""

POLL_SECONDS = 25
CALL_SECONDS = 10.0
"""How long Telegram may take for the answer to a call."""

HANDLE_SECONDS = 3.0
"""How long a batch may hold up the next one; what takes longer goes on beside it."""

_FIRST_PAUSE = 0.5
_LONGEST_PAUSE = 30.0

_HELP_COMMAND = re.compile(r"/help(@\w+)?(\s.*)?", re.DOTALL)
_HELP_WORD = re.compile(r"\W*help\W*")
_SUPPORT_COMMAND = re.compile(r"/support(@\w+)?")


class TelegramRefusedToken(StandEasyError):
    """Telegram does not accept the bot token."""

    hint = "Copy the token from BotFather into STANDEASY_TELEGRAM_TOKEN."


class OfficerBot:
    """One bot: its connection, its handlers, and the way updates come in."""

    def __init__(
        self,
        token: str,
        api: str,
        desk: Desk,
        tongues: Tongues | None = None,
        *,
        reports: ChatReports | None = None,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self.troubles = Troubles(desk.now)

        def request(kind: type[Watched], size: int) -> Watched:
            made = kind(
                connection_pool_size=size,
                connect_timeout=5,
                read_timeout=CALL_SECONDS,
                write_timeout=CALL_SECONDS,
                pool_timeout=CALL_SECONDS,
            )
            made.noted = self.troubles.note
            return made

        self.bot = Bot(
            token,
            base_url=f"{api}/bot",
            base_file_url=f"{api}/file/bot",
            request=request(Watched, 64),
            get_updates_request=request(TrimmedUpdates, 2),
        )
        self._desk = desk
        made = CheckInButtons(desk.tokens)
        self._tongues = tongues or Tongues()
        self.messenger = TelegramMessenger(self.bot, made, self._tongues)
        self.handlers = OfficerHandlers(desk, self.messenger, made, self._tongues, reports)
        self.gate = FloodGate(monotonic)
        self.last_heard: float | None = None
        """When Telegram last answered a poll, in monotonic seconds; None before it ever did."""
        self._monotonic = monotonic
        self._under_way: set[asyncio.Task[None]] = set()
        self._newest: dict[tuple[int, Urgency], asyncio.Task[None]] = {}
        """The last of what is under way for each chat, cries for help aside."""

    async def start(self) -> None:
        """Reach Telegram, however long it takes; raises `TelegramRefusedToken`."""
        await self._reach(self.bot.initialize)

    async def _reach(self, call: Callable[[], Awaitable[object]]) -> None:
        """Make one call again and again until Telegram takes it."""
        pause = _FIRST_PAUSE
        while True:
            try:
                await call()
                return
            except InvalidToken:
                raise TelegramRefusedToken from None
            except TelegramError as error:
                log.warning("Telegram is out of reach: %s", type(error).__name__)
                await asyncio.sleep(pause)
                pause = min(2 * pause, _LONGEST_PAUSE)

    @property
    def username(self) -> str:
        """The bot's name on Telegram, without @."""
        return self.bot.username

    @staticmethod
    async def ask_username(token: str, api: str) -> str | None:
        """Return a bot's name without starting it; None when Telegram cannot be asked."""
        bot = Bot(token, base_url=f"{api}/bot")
        try:
            async with bot:
                return bot.username
        except TelegramError as error:
            log.warning("the bot's name is not known: %s", type(error).__name__)
            return None

    async def introduce(self) -> None:
        """Set the command menu and the texts an officer sees before starting."""
        await introduce(self.bot, self.handlers.languages.offered(self._desk.catalogue.programme))

    async def stop(self) -> None:
        """Finish what is under way, and let go of Telegram."""
        if self._under_way:
            await asyncio.wait(self._under_way, timeout=HANDLE_SECONDS)
        for task in self._under_way:
            task.cancel()
        with suppress(TelegramError):
            await self.bot.shutdown()

    # --- Long polling ---------------------------------------------------------------

    async def poll(self) -> None:
        """Fetch and handle updates until cancelled."""
        offset = 0
        pause = _FIRST_PAUSE
        with suppress(TelegramError):
            await self.bot.delete_webhook()
        while True:
            try:
                updates = await self.bot.get_updates(
                    offset=offset,
                    timeout=POLL_SECONDS,
                    read_timeout=5,
                    allowed_updates=ALLOWED_UPDATES,
                )
            except RetryAfter as error:
                await asyncio.sleep(retry_seconds(error))
                continue
            except Conflict:
                log.warning("another process polls with the same token")
                await asyncio.sleep(pause)
                pause = min(2 * pause, _LONGEST_PAUSE)
                continue
            except Exception as error:
                # Whatever it is: a bot that no longer polls answers nobody, not even a cry for
                # help, and its process would look alive all the same.
                log.warning("updates did not come: %s", type(error).__name__)
                await asyncio.sleep(pause)
                pause = min(2 * pause, _LONGEST_PAUSE)
                continue
            pause = _FIRST_PAUSE
            self.last_heard = self._monotonic()
            await self.handle_all(updates)
            if updates:
                offset = updates[-1].update_id + 1

    async def handle_all(self, updates: Sequence[Update]) -> None:
        """Handle a batch: cries for help first, chats side by side, each chat in its order."""
        begun = [self._begin(update) for update in sorted(updates, key=urgency_of)]
        tasks = [task for task in begun if task is not None]
        if tasks:
            await asyncio.wait(tasks, timeout=HANDLE_SECONDS)

    def _begin(self, update: Update) -> asyncio.Task[None] | None:
        """Begin to answer an update; None when it is not let in, or has no sender."""
        chat, urgency = _sender_of(update), urgency_of(update)
        if chat is None or not self.gate.lets_in(chat, urgency):
            return None
        # Two answers to one chat must not overtake each other: an earlier tap's question,
        # shown late, would bring back answers that are sealed. Help waits for nobody, and what
        # needs no records not for what may wait for them.
        waits = urgency > Urgency.TYPED
        before = self._newest.get((chat, urgency)) if waits else None
        task = asyncio.create_task(self._in_turn(before, update))
        self._under_way.add(task)
        if waits:
            self._newest[chat, urgency] = task
        task.add_done_callback(partial(self._let_go, self.gate, chat, urgency))
        return task

    async def _in_turn(self, before: asyncio.Task[None] | None, update: Update) -> None:
        if before is not None:
            await asyncio.wait([before])
        await self.handlers.handle(update)

    def _let_go(
        self, gate: FloodGate, chat: int, urgency: Urgency, task: asyncio.Task[None]
    ) -> None:
        self._under_way.discard(task)
        gate.ended(chat, urgency)
        if self._newest.get((chat, urgency)) is task:
            del self._newest[chat, urgency]

    # --- Webhook --------------------------------------------------------------------

    async def set_webhook(self, url: str, secret: str) -> None:
        """Ask Telegram to bring updates to `url`, with the secret that proves it is Telegram."""

        async def ask() -> None:
            await self.bot.set_webhook(
                url, secret_token=secret, allowed_updates=ALLOWED_UPDATES, max_connections=40
            )

        await self._reach(ask)

    async def take(self, payload: object) -> None:
        """Handle one update that came by webhook."""
        if isinstance(payload, dict) and isinstance(payload.get("update_id"), int):
            await self.handle_all([Update.de_json(trimmed(payload), self.bot)])


def secret_matches(given: str | None, expected: str) -> bool:
    """Whether a request carries the webhook's secret; in constant time."""
    return given is not None and hmac.compare_digest(given.encode(), expected.encode())


def urgency_of(update: Update) -> Urgency:
    """Return how urgent an update is."""
    tap, message = update.callback_query, update.message
    if tap is not None:
        # What follows the @ is the language of the screen the button is on.
        name = (tap.data or "").partition("@")[0]
        if name == ":help":
            return Urgency.HELP
        is_named = name.startswith(":")
        from_memory = is_named and name[1:].partition(":")[0] in FROM_MEMORY
        return Urgency.FROM_MEMORY if from_memory else Urgency.ORDINARY
    if message is None or message.chat.type != Chat.PRIVATE:
        return Urgency.ORDINARY
    text = (message.text or "").strip().lower()
    if _HELP_COMMAND.fullmatch(text) or _HELP_WORD.fullmatch(text):
        return Urgency.HELP
    if asked_in(text) is not None:
        # A lead's, perhaps: that has to be looked up.
        return Urgency.ORDINARY
    if may_be_a_cry(text):
        return Urgency.TYPED
    if _SUPPORT_COMMAND.fullmatch(text):
        return Urgency.FROM_MEMORY
    # Other commands keep their place: "/start" and then "/stop" must not change places.
    return Urgency.ORDINARY


def _sender_of(update: Update) -> int | None:
    """Return whose limits an update counts against: a tap's sender, or the chat written in."""
    if update.callback_query is not None:
        return update.callback_query.from_user.id
    written = update.message or update.channel_post
    return None if written is None else written.chat.id
