"""Instrument packs from files: structures that ship, and wordings in a force's own folder.

A folder of packs has one folder for each pack; in it every `wording*.yaml` is one version.
Everything is checked before anything starts: a pack with one empty text stops the start.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from bot.core.documents import DocumentProblems
from bot.core.errors import InvalidDocument, StandEasyError
from bot.core.instruments import Instrument
from bot.core.packs.assembly import assemble
from bot.core.packs.structure import Structure
from bot.core.packs.template import template
from bot.core.packs.wording import Wording, digest_of
from config.content import read_yaml, shipped_files, with_marks

MOST_PROBLEMS = 20
"""An empty template has a problem at each text; so many are enough to go on with."""


class NoSuchPack(StandEasyError):
    """There is no pack {pack}: expected one of {known}."""


class NoPacks(StandEasyError):
    """The folder {folder} holds no pack: expected {expected}."""

    hint = "Make a wording with: python -m bot packs template who-5 > wording.yaml"


@dataclass(frozen=True, slots=True)
class LoadedWording:
    """One wording file, complete: the instruments it makes, and what tells it from others."""

    path: Path
    pack: str
    version: int
    instruments: tuple[Instrument, ...]
    digest: bytes


def structures() -> dict[tuple[str, int], Structure]:
    """Return the structures that come with the product, every version of each."""
    found: dict[tuple[str, int], Structure] = {}
    for path in shipped_files("packs"):
        content, marks = read_yaml(path)
        try:
            structure = Structure.from_mapping(content, name=path.name)
        except DocumentProblems as error:
            raise with_marks(error, path.name, marks) from None
        found[structure.key] = structure
    return found


def template_of(pack: str) -> str:
    """Return the empty wording file of a pack's newest structure; raises `NoSuchPack`."""
    known = structures()
    versions = [number for name, number in known if name == pack]
    if not versions:
        raise NoSuchPack(pack=pack, known=", ".join(sorted({name for name, _ in known})))
    return template(known[pack, max(versions)])


def load_packs(folder: Path, today: date) -> list[LoadedWording]:
    """Return every wording in a folder of packs, or in the folder of one pack."""
    if not folder.is_dir():
        raise NoPacks(folder=folder, expected="a folder")
    known = structures()
    if _wordings(folder):
        return _unique(_load_pack(folder, known, today))
    inside = sorted(each for each in folder.iterdir() if each.is_dir() and each.name[0] != ".")
    if not inside:
        raise NoPacks(folder=folder, expected="a folder for each pack, with a wording.yaml in it")
    return _unique([each for pack in inside for each in _load_pack(pack, known, today)])


def _wordings(folder: Path) -> list[Path]:
    return sorted(folder.glob("wording*.yaml"))


def _load_pack(
    folder: Path, known: dict[tuple[str, int], Structure], today: date
) -> list[LoadedWording]:
    files = _wordings(folder)
    if not files:
        raise NoPacks(folder=folder, expected="a file wording.yaml")
    return [_load_wording(path, known, today) for path in files]


def _load_wording(
    path: Path, known: dict[tuple[str, int], Structure], today: date
) -> LoadedWording:
    name = f"{path.parent.name}/{path.name}"
    content, marks = read_yaml(path, name)
    try:
        wording = Wording.from_mapping(content, name=name)
        structure = known.get((wording.pack, wording.structure))
        if structure is None:
            expected = ", ".join(f"{pack} structure {number}" for pack, number in sorted(known))
            given = f"{wording.pack} structure {wording.structure}"
            raise DocumentProblems(name, [(("pack",), f"expected one of {expected}, got {given}")])
        instruments = assemble(structure, wording, name, today)
    except DocumentProblems as error:
        raise with_marks(_the_first(error, name), name, marks, columns=True) from None
    return LoadedWording(
        path, wording.pack, wording.version, tuple(instruments), digest_of(content)
    )


def _the_first(error: DocumentProblems, name: str) -> DocumentProblems:
    more = len(error.problems) - MOST_PROBLEMS
    if more <= 0:
        return error
    kept = error.problems[:MOST_PROBLEMS]
    place, text = kept[-1]
    return DocumentProblems(name, [*kept[:-1], (place, f"{text}; and {more} more")])


def _unique(loaded: Sequence[LoadedWording]) -> list[LoadedWording]:
    seen: dict[tuple[str, int], Path] = {}
    for each in loaded:
        for instrument in each.instruments:
            if instrument.key in seen:
                raise InvalidDocument(
                    document=f"{each.path.parent.name}/{each.path.name}",
                    problem=f"{instrument.id} version {instrument.version} is also in"
                    f" {seen[instrument.key].name}: expected another version",
                )
            seen[instrument.key] = each.path
    return list(loaded)
