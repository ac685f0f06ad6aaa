"""From the start of the program to its first answer, against a bare bot."""

import asyncio
import os
import sys
import time
from pathlib import Path

from bot.sandbox.telegram_state import TOKEN
from tests.bench.children import a_sandbox
from tests.bench.product import a_product
from tests.bench.report import Line

BARE = """
import os
from telegram.ext import Application, CommandHandler

async def help(update, context):
    await update.effective_chat.send_message("Help")

application = Application.builder().token(os.environ["STANDEASY_TELEGRAM_TOKEN"]).base_url(
    os.environ["STANDEASY_TELEGRAM_API"] + "/bot").build()
application.add_handler(CommandHandler("help", help))
application.run_polling()
"""


async def seconds_to_answer(command: list[str], folder: Path) -> float:
    """Return how long a program takes from its start to answering /help."""
    async with a_sandbox() as sandbox:
        async with a_product(sandbox.address, folder):
            pass
        await sandbox.ask(do="phones", count=1)
        environment = {
            **os.environ,
            "STANDEASY_TELEGRAM_TOKEN": TOKEN,
            "STANDEASY_TELEGRAM_API": sandbox.address,
            "STANDEASY_DATA": str(folder),
            "STANDEASY_LISTEN": "127.0.0.1:0",
            "STANDEASY_LOG_LEVEL": "ERROR",
        }
        begin = time.perf_counter()
        process = await asyncio.create_subprocess_exec(
            sys.executable, *command, env=environment, stdout=asyncio.subprocess.DEVNULL
        )
        await sandbox.ask(do="say", text="/help")
        seconds = time.perf_counter() - begin
        process.terminate()
        await process.wait()
    return seconds


async def measure(folder: Path) -> list[Line]:
    """Compare `serve` with a bare bot."""
    bare = await seconds_to_answer(["-c", BARE], folder / "bare")
    ours = await seconds_to_answer(["-m", "bot", "serve"], folder / "ours")
    return [
        Line(
            "start to first answer",
            f"{ours:.2f} s",
            "under 2 s",
            ours < 2,
            f"{ours / bare:.1f} times a bare bot, which takes {bare:.2f} s",
        )
    ]
