"""The one cipher suite, and the bytes that tie a ciphertext to its place.

Every binding (HPKE `info`, associated data, HKDF `info`, MAC input) is built by `frame`,
so no two different lists of parts can give the same bytes.
"""

from typing import Final

from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite

SUITE: Final = Suite(KEM.MLKEM768_X25519, KDF.HKDF_SHA256, AEAD.AES_256_GCM)
"""X-Wing: secure while either ML-KEM-768 or X25519 is."""

_PREFIX = b"stand easy"


def frame(*parts: bytes) -> bytes:
    """Join `parts` unambiguously: each goes behind its length in four bytes."""
    return b"".join(len(part).to_bytes(4, "big") + part for part in (_PREFIX, *parts))


def response_info(round_id: str) -> bytes:
    """What a sealed response is bound to: purpose, format version and round."""
    # Single-shot HPKE takes no associated data, so the round goes in here: a row that
    # is moved to another round does not open.
    return frame(b"response", b"1", round_id.encode())
