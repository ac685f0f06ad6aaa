"""Pushes updates to a bot's webhook, again and again until it answers 2xx.

- Loopback addresses only: the sandbox never calls out.
- Updates of one chat are pushed in order; different chats do not wait for each other.
"""

import asyncio
import time
from collections import deque
from typing import Any
from urllib.parse import urlsplit

import httpx

from bot.sandbox.refusals import bad_request

LOOPBACK_HOSTS = frozenset({"127.0.0.1", "localhost", "::1"})
RETRY_SECONDS = (0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0)


class Webhook:
    """One webhook and its lanes."""

    def __init__(self, url: str, secret: str, connections: int) -> None:
        address = urlsplit(url)
        if address.scheme not in ("http", "https") or address.hostname not in LOOPBACK_HOSTS:
            raise bad_request("bad webhook: the sandbox pushes to loopback addresses only")
        self.url = url
        self.connections = connections
        self.last_error = ""
        self.last_error_at = 0
        self._headers = {"content-type": "application/json"}
        if secret:
            self._headers["x-telegram-bot-api-secret-token"] = secret
        self._client = httpx.AsyncClient(timeout=30.0, trust_env=False)
        self._lanes: dict[int, deque[dict[str, Any]]] = {}
        self._tasks: dict[int, asyncio.Task[None]] = {}

    @property
    def pending(self) -> int:
        return sum(len(lane) for lane in self._lanes.values())

    def push(self, update: dict[str, Any]) -> None:
        """Queue an update; a lane's task runs while the lane has any."""
        number = _chat_of(update) % max(1, self.connections)
        self._lanes.setdefault(number, deque()).append(update)
        if number not in self._tasks:
            self._tasks[number] = asyncio.create_task(self._run(number))

    async def _run(self, number: int) -> None:
        lane = self._lanes[number]
        try:
            while lane:
                await self._deliver(lane[0])
                lane.popleft()
        finally:
            del self._tasks[number]

    async def _deliver(self, update: dict[str, Any]) -> None:
        tries = 0
        while True:
            try:
                answer = await self._client.post(self.url, json=update, headers=self._headers)
            except httpx.HTTPError as problem:
                self._failed(f"Connection failed: {type(problem).__name__}")
            else:
                if answer.is_success:
                    return
                self._failed(
                    f"Wrong response from the webhook: {answer.status_code} {answer.reason_phrase}"
                )
            await asyncio.sleep(RETRY_SECONDS[min(tries, len(RETRY_SECONDS) - 1)])
            tries += 1

    def _failed(self, problem: str) -> None:
        self.last_error = problem
        self.last_error_at = int(time.time())

    async def close(self) -> list[dict[str, Any]]:
        """Stop; returns what was not delivered, in order."""
        tasks = list(self._tasks.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await self._client.aclose()
        left = [update for lane in self._lanes.values() for update in lane]
        self._lanes.clear()
        return sorted(left, key=lambda update: int(update["update_id"]))


def _chat_of(update: dict[str, Any]) -> int:
    for content in update.values():
        if isinstance(content, dict):
            chat = content.get("chat") or content.get("message", {}).get("chat", {})
            return int(chat.get("id", 0))
    return 0
