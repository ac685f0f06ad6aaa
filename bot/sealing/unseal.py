"""Unsealing, for the tally alone: an import contract keeps everybody else out.

One `Unsealer` serves one round. Failure is always `CannotUnseal`, whatever the reason.
"""

from cryptography.exceptions import InvalidTag

from bot.sealing.errors import CannotUnseal
from bot.sealing.keys import OpeningKey, parse_secret
from bot.sealing.padding import unpad
from bot.sealing.seal import SEALED_SIZE
from bot.sealing.suite import SUITE, response_info


class Unsealer:
    """Opens the sealed responses of one round."""

    def __init__(self, key: OpeningKey, round_id: str) -> None:
        # Parsed once: a tally opens tens of thousands of rows with one key.
        self._key = parse_secret(key.secret)
        self._info = response_info(round_id)

    def unseal(self, ciphertext: bytes) -> bytes:
        """Return the payload that `seal` was given, or raise `CannotUnseal`."""
        payload = None
        if len(ciphertext) == SEALED_SIZE:
            try:
                payload = unpad(SUITE.decrypt(ciphertext, self._key, info=self._info))
            except InvalidTag:
                payload = None
        if payload is None:
            # Raised outside the handler: a chained exception would say which check failed.
            raise CannotUnseal
        return payload
