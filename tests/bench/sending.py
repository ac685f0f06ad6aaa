"""Invitations at the allowed rate, with Telegram's limits switched on."""

import asyncio
from datetime import timedelta
from pathlib import Path

from bot.core.profiles import Profile
from bot.officer.messenger import INVITATIONS_PER_SECOND
from bot.sealing.process_keys import officer_keys
from bot.workflows.moment import RandomBytes
from storage import deliveries, enrolments
from storage.deliveries import Delivery
from storage.enrolments import Enrolment
from storage.states import DeliveryKind
from tests.bench.children import a_sandbox
from tests.bench.product import PROMPT_DAY, a_product
from tests.bench.report import Line

INVITATIONS = 500


async def measure(folder: Path) -> list[Line]:
    """Send to 500 officers who are all due at once."""
    async with a_sandbox(limits=True) as sandbox, a_product(sandbox.address, folder) as product:
        answer = await sandbox.ask(do="phones", count=INVITATIONS)
        await _make_due(product.settings.keys, product.storage, answer["ids"], product.random)
        loop = asyncio.get_running_loop()
        begin = loop.time()
        await product.send()
        seconds = loop.time() - begin
        calls = await sandbox.ask(do="calls")
    rate = (INVITATIONS - 1) / (calls["sent"][-1] - calls["sent"][0])
    share = rate / INVITATIONS_PER_SECOND
    return [
        Line(
            "invitations sent",
            f"{100 * share:.1f} % of the allowed rate",
            "98 %",
            share >= 0.98,
            f"{len(calls['sent'])} in {seconds:.1f} s",
        ),
        Line("refused by Telegram", str(calls["refused"]), "0", calls["refused"] == 0),
    ]


async def _make_due(
    keys_folder: Path, storage: object, ids: list[int], random: RandomBytes
) -> None:
    from storage.engine import Storage

    assert isinstance(storage, Storage)
    keys, _ = officer_keys(keys_folder)
    async with storage.transaction("bench") as tx:
        rows = []
        for number in ids:
            enrolment = random(16)
            sealed = keys.seal_profile(Profile(number).to_bytes(), enrolment, random(12))
            await enrolments.add(
                tx, Enrolment(enrolment, keys.lookup(number), sealed, "harbour-response")
            )
            rows.append(
                Delivery(
                    id=random(16),
                    round="weekly-pulse-2026-11-09",
                    prompt=3,
                    enrolment=enrolment,
                    kind=DeliveryKind.INVITATION,
                    due_at=PROMPT_DAY - timedelta(minutes=1),
                )
            )
        await deliveries.add_many(tx, rows)
