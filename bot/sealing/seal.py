"""Sealing: the bytes of a response go in, and only the round's opening key gets them out.

Every sealed response has the same length, `SEALED_SIZE`. Whoever seals cannot open.
"""

from typing import Final

from bot.sealing.errors import DoesNotFit
from bot.sealing.keys import SealingKey, parse_public
from bot.sealing.padding import pad, room
from bot.sealing.suite import SUITE, response_info

RESPONSE_SIZE: Final = 256
"""Bytes under the seal, padding included."""

RESPONSE_ROOM: Final = room(RESPONSE_SIZE)
"""Bytes of response that fit."""

SEALED_SIZE: Final = RESPONSE_SIZE + 1136
"""Bytes of a sealed response: the encapsulated key (1,120), the padded response, the tag."""


def seal(payload: bytes, key: SealingKey, round_id: str) -> bytes:
    """Return `payload` sealed for `round_id`; raise `DoesNotFit` over `RESPONSE_ROOM`."""
    if len(payload) > RESPONSE_ROOM:
        raise DoesNotFit(limit=RESPONSE_ROOM, size=len(payload))
    padded = pad(payload, RESPONSE_SIZE)
    return SUITE.encrypt(padded, parse_public(key.public), info=response_info(round_id))
