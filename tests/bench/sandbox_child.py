"""The sandbox in a process of its own, with phones that tap as fast as they are answered.

Commands come on standard input, one JSON object a line, and each is answered by one line.
"""

import asyncio
import json
import sys
from typing import Any

from bot.sandbox.bot_api import bot_api
from bot.sandbox.chats import Message
from bot.sandbox.limits import Limits
from bot.sandbox.loopback import serving
from bot.sandbox.phones import Phone
from bot.sandbox.telegram_state import Telegram


async def tap_around(phone: Phone, taps: int) -> None:
    """Tap the first button of the newest message again and again, each time it has changed."""
    for _ in range(taps):
        message = phone.last
        before = message.keyboard
        phone.telegram.tap(phone.chat, phone.person, message.id, _next(message))
        await phone.wait_for(lambda phone, before=before: phone.last.keyboard != before, 30)  # type: ignore[misc]
        await phone.settled(30)


def _next(message: Message) -> str:
    """Walk forward while there are options; at the review, change the first answer."""
    return message.keyboard[0][0].value


async def main() -> None:
    """Serve until standard input ends."""
    limited = "--limits" in sys.argv
    telegram = Telegram(limits=Limits() if limited else Limits.none())
    phones: list[Phone] = []
    loop = asyncio.get_running_loop()
    async with serving(bot_api(telegram)) as address:
        sys.stdout.write(json.dumps({"address": address}) + "\n")
        sys.stdout.flush()
        while line := await loop.run_in_executor(None, sys.stdin.readline):
            asked: dict[str, Any] = json.loads(line)
            answer: dict[str, Any] = {}
            match asked["do"]:
                case "phones":
                    phones = [Phone(telegram) for _ in range(asked["count"])]
                    for phone in phones:
                        phone.chat.started = True
                    answer = {"ids": [phone.id for phone in phones]}
                case "start":
                    for phone in phones:
                        await phone.send("/start")
                    for phone in phones:
                        await phone.wait_for(lambda phone: phone.received, 30)
                case "taps":
                    begin = loop.time()
                    await asyncio.gather(*(tap_around(each, asked["each"]) for each in phones))
                    answer = {"seconds": loop.time() - begin}
                case "say":
                    await phones[0].send(asked["text"])
                    await phones[0].wait_for(lambda phone: phone.received, 60)
                case "calls":
                    sent = [call.at for call in telegram.calls_of("sendMessage")]
                    answer = {"sent": sent, "refused": telegram.too_fast}
            sys.stdout.write(json.dumps(answer) + "\n")
            sys.stdout.flush()


if __name__ == "__main__":
    asyncio.run(main())
