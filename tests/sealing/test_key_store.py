"""Key files: durable, never overwritten, never looser than they should be."""

import os
import secrets
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from bot.sealing.errors import InvalidKey, KeyExists, KeyInUse, KeyMissing, UnsafeKeyFile
from bot.sealing.key_store import KeyFolder, OpeningKeys
from bot.sealing.keys import new_key_pair


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "keys" / "tally"


@pytest.fixture
def folder(path: Path) -> KeyFolder:
    return KeyFolder(path)


def files_in(path: Path) -> list[str]:
    return sorted(entry.name for entry in path.iterdir())


def test_a_written_key_reads_back(folder: KeyFolder) -> None:
    folder.write("a.key", b"secret")
    folder.write("b.key", b"")
    assert folder.read("a.key") == b"secret"
    assert folder.read("b.key") == b""
    assert folder.names() == ["a.key", "b.key"]


def test_files_are_0600_in_a_folder_of_0700_whatever_the_umask(
    folder: KeyFolder, path: Path
) -> None:
    before = os.umask(0)
    try:
        folder.write("a.key", b"secret")
    finally:
        os.umask(before)
    assert path.stat().st_mode & 0o777 == 0o700
    assert path.parent.stat().st_mode & 0o777 == 0o700
    assert (path / "a.key").stat().st_mode & 0o777 == 0o600


def test_a_key_is_never_overwritten(folder: KeyFolder, path: Path) -> None:
    folder.write("a.key", b"first")
    with pytest.raises(KeyExists):
        folder.write("a.key", b"second")
    assert folder.read("a.key") == b"first"
    assert files_in(path) == ["a.key"]


def test_of_many_writers_of_one_name_one_wins(folder: KeyFolder) -> None:
    refused: list[int] = []

    def write(number: int) -> None:
        try:
            KeyFolder(folder.path).write("a.key", bytes([number]) * 1000)
        except KeyExists:
            refused.append(number)

    threads = [threading.Thread(target=write, args=(n,)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(refused) == 7
    assert set(folder.read("a.key")) == set(range(8)) - set(refused)


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660, 0o700, 0o644, 0o4600])
def test_a_file_of_looser_mode_is_refused(folder: KeyFolder, path: Path, mode: int) -> None:
    folder.write("a.key", b"secret")
    (path / "a.key").chmod(mode)
    with pytest.raises(UnsafeKeyFile, match=f"0600 or stricter; it is {mode:04o}"):
        folder.read("a.key")


def test_a_stricter_file_is_accepted(folder: KeyFolder, path: Path) -> None:
    folder.write("a.key", b"secret")
    (path / "a.key").chmod(0o400)
    assert folder.read("a.key") == b"secret"


@pytest.mark.parametrize("mode", [0o750, 0o705, 0o777])
def test_a_folder_of_looser_mode_is_refused(folder: KeyFolder, path: Path, mode: int) -> None:
    folder.write("a.key", b"secret")
    path.chmod(mode)
    for act in (folder.names, lambda: folder.read("a.key"), lambda: folder.destroy("a.key")):
        with pytest.raises(UnsafeKeyFile, match="0700 or stricter"):
            act()
    with pytest.raises(UnsafeKeyFile):
        folder.write("b.key", b"secret")


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a file to someone else")
def test_a_file_or_folder_of_someone_else_is_refused(folder: KeyFolder, path: Path) -> None:
    folder.write("a.key", b"secret")
    os.chown(path / "a.key", 65534, 65534)
    with pytest.raises(UnsafeKeyFile, match="someone else's"):
        folder.read("a.key")
    os.chown(path, 65534, 65534)
    with pytest.raises(UnsafeKeyFile, match="someone else's"):
        folder.names()


def test_a_link_in_place_of_a_file_is_refused(folder: KeyFolder, path: Path) -> None:
    folder.write("a.key", b"secret")
    (path / "b.key").symlink_to(path / "a.key")
    with pytest.raises(UnsafeKeyFile, match="a plain file"):
        folder.read("b.key")
    with pytest.raises(UnsafeKeyFile):
        folder.destroy("b.key")
    with pytest.raises(KeyExists):
        folder.write("b.key", b"other")
    assert folder.read("a.key") == b"secret"


def test_a_link_or_file_in_place_of_the_folder_is_refused(tmp_path: Path, path: Path) -> None:
    KeyFolder(path).write("a.key", b"secret")
    (tmp_path / "link").symlink_to(path)
    (tmp_path / "broken").symlink_to(tmp_path / "nowhere")
    (tmp_path / "file").touch(mode=0o600)
    for name in ("link", "broken", "file"):
        folder = KeyFolder(tmp_path / name)
        with pytest.raises(UnsafeKeyFile):
            folder.names()
        with pytest.raises(UnsafeKeyFile):
            folder.read("a.key")
        with pytest.raises(UnsafeKeyFile):
            folder.write("b.key", b"secret")


def test_a_pipe_or_folder_in_place_of_a_file_is_refused(folder: KeyFolder, path: Path) -> None:
    folder.write("a.key", b"secret")
    os.mkfifo(path / "pipe", 0o600)
    (path / "folder").mkdir(0o600)
    for name in ("pipe", "folder"):
        with pytest.raises(UnsafeKeyFile, match="a plain file"):
            folder.read(name)


@pytest.mark.parametrize("name", ["", ".", "..", "../a.key", "/etc/passwd", "a/b", ".a", "a\0b"])
def test_a_name_that_is_no_plain_file_name_is_refused(folder: KeyFolder, name: str) -> None:
    for act in (
        lambda: folder.read(name),
        lambda: folder.write(name, b""),
        lambda: folder.destroy(name),
    ):
        with pytest.raises(InvalidKey):
            act()


def test_a_missing_key_or_folder_is_said_so(folder: KeyFolder) -> None:
    assert folder.names() == []
    assert folder.destroy("a.key") is False
    with pytest.raises(KeyMissing, match=r"no key a\.key"):
        folder.read("a.key")
    folder.write("b.key", b"")
    with pytest.raises(KeyMissing):
        folder.read("a.key")
    assert folder.destroy("a.key") is False


def test_a_destroyed_key_is_overwritten_and_gone(folder: KeyFolder, path: Path) -> None:
    folder.write("a.key", b"secret")
    os.link(path / "a.key", path.parent / "witness")
    assert folder.destroy("a.key") is True
    assert (path.parent / "witness").read_bytes() == bytes(6)
    assert folder.names() == []


def test_what_a_crash_left_behind_does_not_stop_the_next_write(
    folder: KeyFolder, path: Path
) -> None:
    folder.write("a.key", b"secret")
    (path / ".b.key.part").write_bytes(b"hal")
    # A crash between the link and the unlink leaves two names for one file.
    os.link(path / "a.key", path / ".a.key.part")
    assert folder.names() == ["a.key"]
    folder.write("b.key", b"half no more")
    assert folder.read("a.key") == b"secret"
    assert files_in(path) == ["a.key", "b.key"]


def test_a_writer_killed_at_any_moment_leaves_whole_keys_only(
    folder: KeyFolder, path: Path
) -> None:
    program = (
        "import sys, itertools; from pathlib import Path\n"
        "from bot.sealing.key_store import KeyFolder\n"
        "folder = KeyFolder(Path(sys.argv[1]))\n"
        "for n in itertools.count(int(sys.argv[2])):\n"
        "    folder.write(f'{n}.key', b'%d' % n * 1000); print(n, flush=True)\n"
    )
    for attempt in range(4):
        child = subprocess.Popen(  # the same interpreter, our own program
            [sys.executable, "-c", program, str(path), str(attempt * 100_000)],
            stdout=subprocess.PIPE,
            text=True,
        )
        assert child.stdout is not None
        confirmed = [child.stdout.readline() for _ in range(5 + secrets.randbelow(20))]
        child.send_signal(signal.SIGKILL)
        child.communicate()
        names = folder.names()
        for line in confirmed:
            assert f"{line.strip()}.key" in names
        for name in names:
            assert folder.read(name) == name.removesuffix(".key").encode() * 1000
    folder.write("after.key", b"")
    assert not [name for name in files_in(path) if name.startswith(".")]


def test_opening_keys_are_kept_by_id_and_destroyed_for_good(folder: KeyFolder) -> None:
    keys = OpeningKeys(folder)
    _, one = new_key_pair("one", secrets.token_bytes(96))
    _, two = new_key_pair("two", secrets.token_bytes(96))
    keys.add(two)
    keys.add(one)
    folder.write("address-1.key", b"")
    assert keys.ids() == ["one", "two"]
    assert keys.get("one") == one
    assert keys.destroy("one") is True
    assert keys.destroy("one") is False
    assert keys.ids() == ["two"]
    with pytest.raises(KeyMissing):
        keys.get("one")


def test_a_cut_off_opening_key_is_refused(folder: KeyFolder) -> None:
    folder.write("one.opening", bytes(95))
    with pytest.raises(InvalidKey, match="96 bytes; got 95"):
        OpeningKeys(folder).get("one")


def test_opening_keys_say_where_they_lie(folder: KeyFolder, path: Path) -> None:
    assert OpeningKeys(folder).path == path


def test_a_key_is_held_by_one_at_a_time_read_by_all_and_free_again_afterwards(
    folder: KeyFolder,
) -> None:
    keys = OpeningKeys(folder)
    with pytest.raises(KeyMissing), keys.held("one"):
        pass
    _, one = new_key_pair("one", secrets.token_bytes(96))
    keys.add(one)
    with keys.held("one"):
        with pytest.raises(KeyInUse), keys.held("one"):
            pass
        assert keys.get("one") == one
        keys.destroy("one")
    with pytest.raises(KeyMissing), keys.held("one"):
        pass


def test_a_key_whose_holder_was_killed_is_free(folder: KeyFolder) -> None:
    folder.write("a.key", b"")
    child = subprocess.Popen(
        [
            *(sys.executable, "-c"),
            "import sys; from pathlib import Path;"
            "from bot.sealing.key_store import KeyFolder\n"
            "with KeyFolder(Path(sys.argv[1])).held('a.key'): print('held', flush=True);"
            " sys.stdin.read()",
            str(folder.path),
        ],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert child.stdout is not None
    assert child.stdout.readline() == "held\n"
    with pytest.raises(KeyInUse), folder.held("a.key"):
        pass
    child.send_signal(signal.SIGKILL)
    child.communicate()
    with folder.held("a.key"):
        pass
