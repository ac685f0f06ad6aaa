"""Which process holds which keys: one sub-folder each, so that each is given only its own."""

from pathlib import Path
from typing import Final

from bot.sealing.address import AddressKeys
from bot.sealing.draft_tokens import DraftTokens
from bot.sealing.key_store import KeyFolder, OpeningKeys
from bot.sealing.keys import RandomBytes

OFFICERS: Final = "officers"
TALLY: Final = "tally"


def officer_keys(keys: Path) -> tuple[AddressKeys, DraftTokens]:
    """Return what only the officers' process holds, or raise `KeyMissing`."""
    folder = KeyFolder(keys / OFFICERS)
    return AddressKeys.load(folder), DraftTokens.load(folder)


def make_officer_keys(keys: Path, random: RandomBytes) -> bool:
    """Make the officers' keys where there are none; return whether any were made."""
    folder = KeyFolder(keys / OFFICERS)
    names = folder.names()
    if not any(name.startswith("address-") for name in names):
        AddressKeys.create(folder, random)
    if "draft-tokens.key" not in names:
        DraftTokens.create(folder, random)
    return folder.names() != names


def opening_keys(keys: Path) -> OpeningKeys:
    """Return the pool of opening keys, which only the tally holds."""
    return OpeningKeys(KeyFolder(keys / TALLY))
