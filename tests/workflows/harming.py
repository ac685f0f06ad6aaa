"""What tests share of a round that closed, and of what may have been done to its answers."""

import secrets

from sqlalchemy import select, update

from bot.core.instruments import Instrument
from bot.core.responses import LengthOfService, Response, RoleType, encode
from bot.sealing.keys import SealingKey
from bot.sealing.seal import seal
from storage import sealed_responses, sealing_keys
from storage.tables import sealed_response
from tests.workflows.office import ROUND, Office, at


async def closed(office: Office, answers: int = 12) -> None:
    """Let a round pass with some answers, and close it."""

    async def make() -> list[int]:
        officers = await office.joined(max(answers, 1))
        await office.turn()
        office.now = at(0, 17, 5)
        await office.send()
        for number, officer in enumerate(officers[:answers]):
            chosen = tuple(2 + (number + item) % 5 for item in range(5))
            await office.answers(officer, chosen=chosen)
        office.now = at(28, 0)
        await office.turn()
        return officers

    await office.comes_to(f"a closed round with {answers} answers", make)


async def sealed_by_hand(office: Office, response: Response, instrument: Instrument) -> None:
    """Add a response that the product itself would not have made."""
    view = await office.view()
    async with office.storage.transaction("forge") as tx:
        key = await sealing_keys.get(tx, view.row.sealing_key)
        assert key is not None
        ciphertext = seal(encode(response, instrument), SealingKey(key.id, key.public), ROUND)
        await sealed_responses.add(tx, secrets.token_bytes(16), ROUND, ciphertext)


async def damage(office: Office) -> None:
    """Change one byte of one sealed response."""
    async with office.storage.transaction("tamper") as tx:
        row = (await tx.all(select(sealed_response)))[0]
        broken = row.ciphertext[:700] + bytes([row.ciphertext[700] ^ 1]) + row.ciphertext[701:]
        await tx.execute(
            update(sealed_response).where(sealed_response.c.id == row.id).values(ciphertext=broken)
        )


async def move_row_in(office: Office) -> None:
    """Add a response that was sealed for another round."""
    async with office.storage.transaction("tamper") as tx:
        row = (await tx.all(select(sealed_response)))[0]
        view = await office.view()
        key = await sealing_keys.get(tx, view.row.sealing_key)
        assert key is not None
        foreign = seal(b"whatever", SealingKey(key.id, key.public), "another-round")
        await tx.execute(
            update(sealed_response).where(sealed_response.c.id == row.id).values(ciphertext=foreign)
        )


async def unknown_team(office: Office) -> None:
    """Add an answer of a team that the round does not know."""
    instrument = (await office.view()).instrument
    response = Response(
        instrument.key, 0, "ghosts", RoleType.NOT_SAID, LengthOfService.NOT_SAID, ((0,),) * 5
    )
    await sealed_by_hand(office, response, instrument)


async def lose_key(office: Office) -> None:
    """Lose the opening key."""
    office.opening.destroy((await office.view()).row.sealing_key)


async def nonsense(office: Office) -> None:
    """Add a well-sealed response that is none."""
    view = await office.view()
    async with office.storage.transaction("forge") as tx:
        key = await sealing_keys.get(tx, view.row.sealing_key)
        assert key is not None
        for payload in (b"", b"\x05", b"\xff" * 200):
            await sealed_responses.add(
                tx,
                secrets.token_bytes(16),
                ROUND,
                seal(payload, SealingKey(key.id, key.public), ROUND),
            )
