"""All wordings a force may ask: those that ship, and those of its packs."""

from collections.abc import Sequence
from pathlib import Path

from bot.core.errors import StandEasyError
from bot.core.instruments import Instrument
from bot.core.programme import Programme
from config.content import load_programme, shipped_instruments
from config.packs import LoadedWording


class TakenName(StandEasyError):
    """A pack brings {instrument} version {version}, which ships: expected another version."""

    hint = "Raise the version in the wording file."


def instruments_by_key(packs: Sequence[LoadedWording] = ()) -> dict[tuple[str, int], Instrument]:
    """Return every wording that comes with the product, and those of the force's packs."""
    known = {instrument.key: instrument for instrument in shipped_instruments()}
    for wording in packs:
        for instrument in wording.instruments:
            if instrument.key in known:
                raise TakenName(instrument=instrument.id, version=instrument.version)
            known[instrument.key] = instrument
    return known


def read_programme(path: Path, packs: Sequence[LoadedWording] = ()) -> Programme:
    """Return the programme in a file, checked."""
    return load_programme(path, list(instruments_by_key(packs).values()))


def digests_of(packs: Sequence[LoadedWording]) -> dict[tuple[str, int], bytes]:
    """Return what tells each wording of a pack from every other."""
    return {
        instrument.key: wording.digest for wording in packs for instrument in wording.instruments
    }
