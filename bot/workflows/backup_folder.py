"""A folder that holds one backup: its files, and a manifest that says what they must be.

The folder appears whole or not at all. A database and keys are never in one folder, nor one
inside the other: whoever found both could open answers.
"""

import hashlib
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import Final

from pydantic import AwareDatetime, BaseModel, ConfigDict, ValidationError

from bot.core.errors import StandEasyError

MANIFEST: Final = "manifest.json"
_FORMAT: Final = 1


class Kind(StrEnum):
    """What a backup holds."""

    DATABASE = "database"
    KEYS = "keys"


class FolderInUse(StandEasyError):
    """The folder {folder} is there and not empty: expected a new one for a backup."""


class KeptApart(StandEasyError):
    """The folder {folder} lies inside a backup: expected a place of its own."""

    hint = "Keep keys and database apart: whoever finds both can open answers."


class NoBackup(StandEasyError):
    """There is no backup in {folder}: expected a folder that the command backup made."""


class DamagedBackup(StandEasyError):
    """The backup in {folder} is not what was written: {problem}."""

    hint = "Use another backup. Nothing was changed."


class Manifest(BaseModel):
    """What a backup holds, when it was taken, and the hash of each of its files."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    format: int = _FORMAT
    kind: Kind
    made_at: AwareDatetime
    tables: str | None
    """The newest migration that the database had."""
    engine: str | None = None
    files: dict[str, str] = {}
    trail: str | None = None
    """The anchor of the audit trail; None where it was broken already."""
    newest_release: str | None = None
    delete_by: AwareDatetime | None = None
    """Of keys: from then on one of them may be shredded, and must not live on here."""


@contextmanager
def new_folder(folder: Path) -> Iterator[Path]:
    """Give a folder to write into; it becomes `folder` when the block ends well."""
    folder = folder.absolute()
    if any((each / MANIFEST).exists() for each in folder.parents):
        raise KeptApart(folder=folder)
    if os.path.lexists(folder) and (not folder.is_dir() or any(folder.iterdir())):
        raise FolderInUse(folder=folder)
    folder.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    part = folder.with_name(f".{folder.name}.part")
    shutil.rmtree(part, ignore_errors=True)
    part.mkdir(mode=0o700)
    try:
        yield part
        # Onto an empty folder, or none: it fails where somebody put something meanwhile.
        part.rename(folder)
    finally:
        shutil.rmtree(part, ignore_errors=True)
    opened = os.open(folder.parent, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)


def write_manifest(folder: Path, manifest: Manifest) -> str:
    """Write the manifest of everything in a folder; return its own hash, to note elsewhere."""
    files = {name: hash_of(folder / name) for name in _names(folder)}
    content = manifest.model_copy(update={"files": files}).model_dump_json(indent=1).encode()
    file = os.open(folder / MANIFEST, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    with os.fdopen(file, "wb") as stream:
        stream.write(content)
        stream.flush()
        os.fsync(stream.fileno())
    return hashlib.sha256(content).hexdigest()


def read_manifest(folder: Path) -> tuple[Manifest, str]:
    """Return the manifest of a backup whose files are all there and unchanged, and its hash."""
    try:
        content = (folder / MANIFEST).read_bytes()
    except OSError:
        raise NoBackup(folder=folder) from None
    try:
        manifest = Manifest.model_validate_json(content)
    except ValidationError:
        raise DamagedBackup(folder=folder, problem="its manifest cannot be read") from None
    if manifest.format != _FORMAT:
        raise DamagedBackup(folder=folder, problem=f"format {manifest.format} is not known here")
    found = set(_names(folder)) - {MANIFEST}
    if found != set(manifest.files):
        odd = ", ".join(sorted(found ^ set(manifest.files)))
        raise DamagedBackup(folder=folder, problem=f"missing, or too many: {odd}")
    for name, expected in manifest.files.items():
        if hash_of(folder / name) != expected:
            raise DamagedBackup(folder=folder, problem=f"{name} has another hash")
    return manifest, hashlib.sha256(content).hexdigest()


def hash_of(path: Path) -> str:
    """Return the SHA-256 of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _names(folder: Path) -> list[str]:
    found = [each for each in folder.rglob("*") if not each.is_dir() or each.is_symlink()]
    if any(each.is_symlink() for each in found):
        raise DamagedBackup(folder=folder, problem="it holds a link")
    return sorted(each.relative_to(folder).as_posix() for each in found)
