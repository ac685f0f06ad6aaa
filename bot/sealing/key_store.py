"""Keys as files: 0600 in a folder of 0700, owned by the account that runs the process.

A file appears whole or not at all, survives a power cut once `write` returned, and is
never overwritten. Reading refuses anything looser: other modes, other owners, links.
"""

import fcntl
import os
import re
import stat
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

from bot.sealing.errors import InvalidKey, KeyExists, KeyInUse, KeyMissing, UnsafeKeyFile
from bot.sealing.keys import OpeningKey

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,127}")
_PART = ".part"
_FOLDER_FLAGS = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC


class KeyFolder:
    """One folder of key files; each process is given only its own."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def names(self) -> list[str]:
        """Return the names of all keys, sorted; none when the folder does not exist yet."""
        if not os.path.lexists(self.path):
            return []
        with self._opened() as folder:
            return sorted(name for name in _listed(folder) if _NAME.fullmatch(name))

    def read(self, name: str) -> bytes:
        """Return the bytes of the key, or raise `KeyMissing` or `UnsafeKeyFile`."""
        self._check_name(name)
        if not os.path.lexists(self.path):
            raise KeyMissing(name=name, folder=self.path)
        with self._opened() as folder, self._file(folder, name, os.O_RDONLY) as file:
            return _read_all(file)

    def write(self, name: str, content: bytes) -> None:
        """Store a new key durably, or raise `KeyExists`; the folder is made when missing."""
        self._check_name(name)
        self._make()
        part = f".{name}{_PART}"
        with self._opened() as folder:
            # One writer at a time, so whatever part lies here was left by a crash.
            fcntl.flock(folder, fcntl.LOCK_EX)
            _sweep(folder)
            flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
            file = os.open(part, flags, 0o600, dir_fd=folder)
            try:
                os.fchmod(file, 0o600)
                _write_all(file, content)
                os.fsync(file)
                # A link, not a rename: it fails where a rename would replace a key.
                os.link(part, name, src_dir_fd=folder, dst_dir_fd=folder, follow_symlinks=False)
            except FileExistsError:
                raise KeyExists(name=name, folder=self.path) from None
            finally:
                os.close(file)
                os.unlink(part, dir_fd=folder)
            os.fsync(folder)

    def destroy(self, name: str) -> bool:
        """Overwrite and remove the key; return False when it was gone already."""
        # Overwriting reaches the same blocks only on disks and file systems that write
        # in place. Flash storage, copy-on-write file systems, snapshots and backups may
        # keep the old bytes: there, what destroys a key is the encryption below it.
        self._check_name(name)
        if not os.path.lexists(self.path):
            return False
        with self._opened() as folder:
            try:
                with self._file(folder, name, os.O_WRONLY) as file:
                    _overwrite(file)
            except KeyMissing:
                return False
            os.unlink(name, dir_fd=folder)
            os.fsync(folder)
            return True

    @contextmanager
    def held(self, name: str) -> Iterator[None]:
        """Hold the key alone; raises `KeyInUse` while somebody else does, or `KeyMissing`."""
        self._check_name(name)
        if not os.path.lexists(self.path):
            raise KeyMissing(name=name, folder=self.path)
        with self._opened() as folder, self._file(folder, name, os.O_RDONLY) as file:
            try:
                # Gone with the process, however it ends. Whoever only reads asks for no lock.
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise KeyInUse(name=name) from None
            yield

    def _make(self) -> None:
        if os.path.lexists(self.path):
            return
        self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        self.path.mkdir(mode=0o700, exist_ok=True)
        parent = os.open(self.path.parent, _FOLDER_FLAGS)
        try:
            os.fsync(parent)
        finally:
            os.close(parent)

    def _check_name(self, name: str) -> None:
        if not _NAME.fullmatch(name):
            raise InvalidKey(expected="a plain file name for a key", found=repr(name))

    @contextmanager
    def _opened(self) -> Iterator[int]:
        if self.path.is_symlink() or not self.path.is_dir():
            raise UnsafeKeyFile(path=self.path, expected="a folder", found="something else")
        folder = os.open(self.path, _FOLDER_FLAGS)
        try:
            _check(self.path, os.fstat(folder), 0o700)
            yield folder
        finally:
            os.close(folder)

    @contextmanager
    def _file(self, folder: int, name: str, access: int) -> Iterator[int]:
        """Open a key file and check what was opened, not what the name said before."""
        path = self.path / name
        try:
            # Non-blocking, so that a pipe put here by someone is refused, not waited for.
            flags = os.O_NOFOLLOW | os.O_CLOEXEC | os.O_NONBLOCK
            file = os.open(name, access | flags, dir_fd=folder)
        except FileNotFoundError:
            raise KeyMissing(name=name, folder=self.path) from None
        except OSError as error:
            raise UnsafeKeyFile(path=path, expected="a plain file", found=error.strerror) from None
        try:
            found = os.fstat(file)
            if not stat.S_ISREG(found.st_mode):
                raise UnsafeKeyFile(path=path, expected="a plain file", found="something else")
            _check(path, found, 0o600)
            yield file
        finally:
            os.close(file)


class OpeningKeys:
    """The tally's pool of opening keys, each the file `<key id>.opening`."""

    _SUFFIX = ".opening"

    def __init__(self, folder: KeyFolder) -> None:
        self._folder = folder

    @property
    def path(self) -> Path:
        """Where the keys lie: what a worker of the tally is told."""
        return self._folder.path

    def ids(self) -> list[str]:
        """Return the ids of all opening keys, sorted."""
        names = self._folder.names()
        return [n.removesuffix(self._SUFFIX) for n in names if n.endswith(self._SUFFIX)]

    def add(self, key: OpeningKey) -> None:
        """Store a new key durably; only then may its public half go to the database."""
        self._folder.write(key.id + self._SUFFIX, key.secret)

    def get(self, key_id: str) -> OpeningKey:
        """Return the key, or raise `KeyMissing`."""
        return OpeningKey(key_id, self._folder.read(key_id + self._SUFFIX))

    def held(self, key_id: str) -> AbstractContextManager[None]:
        """Work with a round's answers alone; raises `KeyInUse` or `KeyMissing`."""
        return self._folder.held(key_id + self._SUFFIX)

    def destroy(self, key_id: str) -> bool:
        """Destroy the key for good; return False when it was gone already."""
        return self._folder.destroy(key_id + self._SUFFIX)


def _check(path: Path, found: os.stat_result, widest: int) -> None:
    if found.st_uid != os.geteuid():
        raise UnsafeKeyFile(
            path=path, expected="owned by the account that runs this", found="someone else's"
        )
    mode = stat.S_IMODE(found.st_mode)
    if mode & ~widest:
        raise UnsafeKeyFile(
            path=path, expected=f"of mode {widest:04o} or stricter", found=f"{mode:04o}"
        )


def _listed(folder: int) -> list[str]:
    # The opened folder, not whatever lies at its path by now.
    return os.listdir(folder)


def _sweep(folder: int) -> None:
    """Remove what a crash inside `write` left behind."""
    for name in _listed(folder):
        if name.startswith(".") and name.endswith(_PART):
            # Not overwritten: after a crash between link and unlink, this is the very
            # file that carries the key's name now.
            os.unlink(name, dir_fd=folder)


def _read_all(file: int) -> bytes:
    return os.read(file, os.fstat(file).st_size)


def _write_all(file: int, content: bytes) -> None:
    with os.fdopen(file, "wb", closefd=False) as stream:
        stream.write(content)


def _overwrite(file: int) -> None:
    _write_all(file, bytes(os.fstat(file).st_size))
    os.fsync(file)
