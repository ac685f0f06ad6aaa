"""The commands about rounds: each says what it did, or why it may not."""

import re
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
