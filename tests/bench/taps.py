"""Taps a second over real HTTP, against a bare handler that only answers and edits."""

import asyncio
import itertools
import math
import statistics
from pathlib import Path

from telegram import InlineKeyboardButton, InlineKeyboardMarkup, Update
from telegram.ext import (
    Application,
    CallbackQueryHandler,
    CommandHandler,
    ContextTypes,
)

from bot.core.profiles import Profile
from bot.officer.flood import FloodGate
from bot.sandbox.telegram_state import TOKEN
from bot.workflows.invite import Invitation
from tests.bench.children import SandboxChild, a_sandbox
from tests.bench.product import a_product
from tests.bench.report import Line

PHONES = 16
TAPS_EACH = 50
ROUNDS = 5


async def bare(sandbox: SandboxChild) -> float:
    """Return the taps a second of a bare python-telegram-bot handler."""
    numbers = itertools.count()

    def markup() -> InlineKeyboardMarkup:
        # As many buttons as a question has, as long as ours, different each time.
        number = next(numbers)
        rows = [
            [InlineKeyboardButton("An option", callback_data=f"{number}-{row}".ljust(40, "x"))]
            for row in range(8)
        ]
        return InlineKeyboardMarkup(rows)

    async def start(update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
        assert update.effective_chat is not None
        await context.bot.send_message(update.effective_chat.id, "A message", reply_markup=markup())

    async def tapped(update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
        query = update.callback_query
        assert query is not None
        await query.answer()
        await query.edit_message_text(
            f"<b>How are you doing overall this week?</b> {next(numbers)}",
            parse_mode="HTML",
            reply_markup=markup(),
        )

    application = (
        Application.builder()
        .token(TOKEN)
        .base_url(f"{sandbox.address}/bot")
        .concurrent_updates(True)
        .connection_pool_size(64)
        .build()
    )
    application.add_handler(CommandHandler("start", start))
    application.add_handler(CallbackQueryHandler(tapped))
    async with application:
        assert application.updater is not None
        await application.updater.start_polling()
        await application.start()
        await sandbox.ask(do="phones", count=PHONES)
        await sandbox.ask(do="start")
        answer = await sandbox.ask(do="taps", each=TAPS_EACH)
        await application.updater.stop()
        await application.stop()
    return PHONES * TAPS_EACH / float(answer["seconds"])


async def ours(sandbox: SandboxChild, folder: Path) -> float:
    """Return the taps a second of the officers' process, in the middle of check-ins."""
    async with a_product(sandbox.address, folder) as product:
        bot = product.officers
        assert bot is not None
        # A phone of the bench taps faster than any officer; the gate would turn it away.
        bot.gate = FloodGate(burst=math.inf)
        polling = asyncio.create_task(bot.poll())
        view = next(iter(product.desk.catalogue.rounds.values()))
        answer = await sandbox.ask(do="phones", count=PHONES)
        for number in answer["ids"]:
            await bot.messenger.invite(Invitation(Profile(number), view, 0, 0, reminder=False))
        answer = await sandbox.ask(do="taps", each=TAPS_EACH)
        polling.cancel()
        await asyncio.wait([polling])
    return PHONES * TAPS_EACH / float(answer["seconds"])


async def measure(folder: Path) -> list[Line]:
    """Measure both in turn, several times, and compare the medians."""
    ratios, figures = [], []
    for number in range(ROUNDS):
        async with a_sandbox() as sandbox:
            baseline = await bare(sandbox)
        async with a_sandbox() as sandbox:
            measured = await ours(sandbox, folder / f"taps-{number}")
        ratios.append(measured / baseline)
        figures.append(f"{measured:.0f} v {baseline:.0f}/s")
    ratio = statistics.median(ratios)
    detail = "; ".join(figures)
    return [Line("taps handled", f"{ratio:.2f} of a bare handler", "0.90", ratio >= 0.9, detail)]
