"""Makes the stored vectors anew: `python -m tests.sealing.make_vectors`.

Sealing is randomised, so `responses.json` changes with every run. Run it only for a new
format version, and keep the files of the old one: what was sealed with it must still open.
"""

import json
from pathlib import Path

from cryptography.hazmat.primitives.ciphers.aead import AESGCMSIV

from bot.sealing.address import PROFILE_SIZE, AddressKeys, _derived
from bot.sealing.draft_tokens import DraftTokens
from bot.sealing.keys import new_key_pair, parse_public
from bot.sealing.padding import pad
from bot.sealing.seal import RESPONSE_ROOM, RESPONSE_SIZE, seal
from bot.sealing.suite import SUITE, frame, response_info

FOLDER = Path(__file__).parent / "vectors"
SEED = bytes(range(96))
OTHER_SEED = bytes(range(100, 196))
ROUND = "weekly-2026-11-02"
CODES = ("KESTREL-7", "kestrel-7", "")

Vector = dict[str, object]


def _flipped(content: bytes, bit: int) -> bytes:
    return (int.from_bytes(content, "big") ^ 1 << bit).to_bytes(len(content), "big")


def responses() -> Vector:
    """Sealed responses that open, and their neighbours that must not."""
    sealing, _ = new_key_pair("key-1", SEED)
    other, _ = new_key_pair("key-2", OTHER_SEED)
    public = parse_public(sealing.public)
    payloads = [b"", b"\0", b"five answers", bytes(range(200)), b"\xff" * RESPONSE_ROOM]
    good = seal(b"five answers", sealing, ROUND)
    padded = pad(b"five answers", RESPONSE_SIZE)

    def raw(plain: bytes, info: bytes) -> bytes:
        return SUITE.encrypt(plain, public, info=info)

    info = response_info(ROUND)
    too_long = (255).to_bytes(2, "big") + padded[2:]
    bad = {
        "empty": b"",
        "one byte": b"\0",
        "truncated by one": good[:-1],
        "longer by one": good + b"\0",
        "first bit flipped": _flipped(good, len(good) * 8 - 1),
        "bit of the encapsulated X25519 key flipped": _flipped(good, 280 * 8),
        "bit of the padded response flipped": _flipped(good, 100 * 8),
        "last bit flipped": _flipped(good, 0),
        "all zeros": bytes(len(good)),
        "for another round": seal(b"five answers", sealing, "weekly-2026-11-30"),
        "for a round whose name is longer": seal(b"five answers", sealing, ROUND + "0"),
        "for another key": seal(b"five answers", other, ROUND),
        "for another purpose": raw(padded, frame(b"profile", b"1", ROUND.encode())),
        "for another version": raw(padded, frame(b"response", b"2", ROUND.encode())),
        "without a binding": raw(padded, b""),
        "with an unframed binding": raw(padded, b"response1" + ROUND.encode()),
        "not padded": raw(b"five answers", info),
        "padded to another size": raw(pad(b"five answers", 512), info),
        "padding that is not zero": raw(padded[:-1] + b"\1", info),
        "length beyond the end": raw(too_long, info),
        "tail of another response": good[:-16] + seal(b"five answers", sealing, ROUND)[-16:],
    }
    return {
        "seed": SEED.hex(),
        "public": sealing.public.hex(),
        "round": ROUND,
        "open": [{"payload": p.hex(), "sealed": seal(p, sealing, ROUND).hex()} for p in payloads],
        "fail": {name: sealed.hex() for name, sealed in bad.items()},
    }


def profiles() -> Vector:
    """Sealed profiles, lookups and code digests under two versions of the address key."""
    first, second = bytes(range(32)), bytes(range(32, 64))
    old, both = AddressKeys({1: first}), AddressKeys({1: first, 2: second})
    row, nonce = bytes(range(16)), bytes(range(12))
    good = both.seal_profile(b'{"chat": 100000001}', row, nonce)
    bad = {
        "empty": b"",
        "version alone": good[:1],
        "truncated by one": good[:-1],
        "longer by one": good + b"\0",
        "unknown version": b"\3" + good[1:],
        "labelled with the other version": b"\1" + good[1:],
        "nonce flipped": _flipped(good, (len(good) - 2) * 8),
        "body flipped": _flipped(good, 100 * 8),
        "tag flipped": _flipped(good, 0),
        "of another row": both.seal_profile(b'{"chat": 100000001}', row[::-1], nonce),
    }

    cipher = AESGCMSIV(_derived(second, b"profile"))
    plain = pad(b'{"chat": 100000001}', PROFILE_SIZE)
    for name, place in {
        "of another table": frame(b"staff", b"profile", row),
        "of another column": frame(b"enrolment", b"lookup", row),
        "without a place": b"",
    }.items():
        bad[name] = b"\2" + nonce + cipher.encrypt(nonce, plain, place)
    with_lookup_key = AESGCMSIV(_derived(second, b"lookup"))
    in_place = frame(b"enrolment", b"profile", row)
    bad["under the lookup key"] = b"\2" + nonce + with_lookup_key.encrypt(nonce, plain, in_place)
    spoiled = plain[:-1] + b"\1"
    bad["padding that is not zero"] = b"\2" + nonce + cipher.encrypt(nonce, spoiled, in_place)
    return {
        "keys": {"1": first.hex(), "2": second.hex()},
        "row": row.hex(),
        "nonce": nonce.hex(),
        "open": [
            {"plain": p.hex(), "sealed": ring.seal_profile(p, row, nonce).hex()}
            for ring in (old, both)
            for p in (b"", b'{"chat": 100000001}', b"x" * 254)
        ],
        "fail": {name: sealed.hex() for name, sealed in bad.items()},
        "lookups": {str(i): both.lookup(i).hex() for i in (1, 100000001, -100000001, 2**52)},
        "codes": {code: both.code_digest(code).hex() for code in CODES},
        "former codes": {code: both.former_code_digest(code).hex() for code in CODES},
    }


def tokens() -> Vector:
    """Draft tokens that verify, and strings that must not."""
    key = bytes(range(32))
    made = DraftTokens(key)
    other = DraftTokens(key[::-1])
    context = b"round-1 pulse 1"
    good = made.seal_token(b"\x01answers", 7, context)
    return {
        "key": key.hex(),
        "officer": 7,
        "context": context.hex(),
        "open": [
            {"content": c.hex(), "token": made.seal_token(c, 7, context)}
            for c in (b"", b"\0", b"\x01answers", bytes(range(36)))
        ],
        "fail": {
            "empty": "",
            "one letter": "A",
            "shorter than a tag": good[:12],
            "truncated": good[:-1],
            "longer": good + "A",
            "another officer": made.seal_token(b"\x01answers", 8, context),
            "another context": made.seal_token(b"\x01answers", 7, b"round-2 pulse 1"),
            "content and context shifted": made.seal_token(b"1\x01answers", 7, context[:-1]),
            "another key": other.seal_token(b"\x01answers", 7, context),
            "first letter changed": ("B" if good[0] != "B" else "C") + good[1:],
            "last letter changed": good[:-1] + ("B" if good[-1] != "B" else "C"),
            "padded": good + "=",
            "with a space": good[:4] + " " + good[4:],
            "with a line break": good + "\n",
            "other alphabet": "+/" * 20,
            "not ASCII": "ü" * 24,
            "too long": "A" * 68,
        },
    }


if __name__ == "__main__":
    FOLDER.mkdir(exist_ok=True)
    for make in (responses, profiles, tokens):
        path = FOLDER / f"{make.__name__}.json"
        path.write_text(json.dumps(make(), indent=1) + "\n", encoding="utf-8")
