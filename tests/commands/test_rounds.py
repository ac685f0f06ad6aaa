"""The commands about rounds: each says what it did, or why it may not."""

import io
import re
import sqlite3
from datetime import timedelta

import pytest

from bot import wiring
from tests.commands.conftest import NOW, Run


def test_a_round_is_paused_resumed_and_closed(ready: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    opened = ready("rounds", "open", "weekly-pulse")[1].split()[1]
    assert "is paused. Nobody is written to" in ready("rounds", "pause", opened)[1]
    assert re.search(rf"^{opened} +paused ", ready("rounds", "list")[1], re.MULTILINE)
    code, _, why = ready("rounds", "pause", opened)
    assert (code, "is paused: it takes answers" in why) == (1, True)
    assert "goes on" in ready("rounds", "resume", opened)[1]
    assert re.search(rf"^{opened} +open ", ready("rounds", "list")[1], re.MULTILINE)
    code, _, why = ready("rounds", "extend", opened, "--until", "2027-01-10")
    assert (code, "the next round opens on" in why) == (1, True)
    code, _, why = ready("rounds", "close", opened)
    assert (code, "cannot be closed before" in why, "Pause it" in why) == (1, True, True)
    monkeypatch.setattr(wiring, "utc_now", lambda: NOW + timedelta(days=4))
    assert "is closed" in ready("rounds", "close", opened)[1]
    code, _, why = ready("rounds", "resume", opened)
    assert (code, "takes no more answers" in why) == (1, True)


def test_a_day_that_is_none_is_refused_by_the_command_line(ready: Run) -> None:
    code, _, why = ready("rounds", "extend", "weekly-pulse-2026-11-30", "--until", "soon")
    assert (code, "expected a day such as" in why) == (2, True)


@pytest.fixture
def spoilt(ready: Run, monkeypatch: pytest.MonkeyPatch, sqlite_database: str) -> str:
    """Return the id of a round that closed and can never be counted."""
    assert ready("keys", "new", "--count", "1")[0] == 0
    opened = ready("rounds", "open", "weekly-pulse")[1].split()[1]
    monkeypatch.setattr(wiring, "utc_now", lambda: NOW + timedelta(days=4))
    assert ready("rounds", "close", opened)[0] == 0
    with sqlite3.connect(sqlite_database.removeprefix("sqlite+aiosqlite:///")) as database:
        database.execute(
            "INSERT INTO sealed_response (round, id, ciphertext) VALUES (?, ?, ?)",
            (opened, bytes(16), bytes(1392)),
        )
    database.close()
    return opened


def test_a_round_is_abandoned_once_its_id_was_typed_again(
    ready: Run, spoilt: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    abandon = ("rounds", "abandon", spoilt, "--reason", "a row was damaged")
    for typed in ("", "yes\n", f"{spoilt}x\n"):
        monkeypatch.setattr("sys.stdin", io.StringIO(typed))
        code, shown, why = ready(*abandon)
        assert (code, "Nothing was destroyed." in why) == (1, True)
        assert re.search(rf"^{spoilt} +closed ", ready("rounds", "list")[1], re.MULTILINE)
    monkeypatch.setattr("sys.stdin", io.StringIO(f"{spoilt}\n"))
    code, shown, other = ready(*abandon)
    assert (code, "Type the round's id" in other) == (0, True)
    assert "a sealed answer does not open" in shown
    assert f"Round {spoilt} is abandoned: its answers and its opening key" in shown
    # It says nothing of how many there were.
    assert set(re.findall(r"\d+", shown)) == {"9", "09", "11", "2026"}
    assert re.search(rf"^{spoilt} +abandoned ", ready("rounds", "list")[1], re.MULTILINE)
    assert ready("audit", "trail", "verify")[0] == 0
    assert "abandoned before" in ready(*abandon, "--yes", spoilt)[1]


def test_a_round_is_abandoned_where_nobody_can_be_asked(ready: Run, spoilt: str) -> None:
    abandon = ("rounds", "abandon", spoilt, "--reason", "a row was damaged")
    code, _, why = ready(*abandon, "--yes", "weekly-pulse")
    assert (code, f"That is not {spoilt}" in why) == (1, True)
    assert ready(*abandon, "--yes", spoilt)[0] == 0


def test_a_round_that_nobody_can_read_is_abandoned_where_somebody_says_so(
    ready: Run, spoilt: str, sqlite_database: str
) -> None:
    with sqlite3.connect(sqlite_database.removeprefix("sqlite+aiosqlite:///")) as database:
        database.execute("UPDATE round SET units = '{}' WHERE id = ?", (spoilt,))
    database.close()
    abandon = ("rounds", "abandon", spoilt, "--reason", "a row was damaged", "--yes", spoilt)
    code, _, why = ready(*abandon)
    assert (code, "cannot be read" in why, "--unreadable" in why) == (1, True, True)
    code, shown, _ = ready(*abandon, "--unreadable")
    assert (code, "has no result: its row cannot be read" in shown) == (0, True)


def test_a_round_that_can_be_counted_is_not_even_asked_about(
    ready: Run, spoilt: str, sqlite_database: str
) -> None:
    with sqlite3.connect(sqlite_database.removeprefix("sqlite+aiosqlite:///")) as database:
        database.execute("DELETE FROM sealed_response")
    database.close()
    code, shown, why = ready("rounds", "abandon", spoilt, "--reason", "no use", "--yes", spoilt)
    assert (code, shown, "can be counted" in why) == (1, "", True)
