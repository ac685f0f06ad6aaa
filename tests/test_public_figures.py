"""Public figures from outside: commands, and a tally that does not start without its extra."""

from datetime import timedelta
from pathlib import Path

import pytest

from bot import wiring
from bot.__main__ import main
from bot.wiring import Assembly, Part
from bot.workflows import programme, public_figures
from bot.workflows.public_figures import NoNoise
from config.settings import read_settings
from tests.programmes import pulse_alone
from tests.workflows.test_public_figures import publishing


def test_the_commands_say_what_there_is(
    sqlite_database: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("STANDEASY_DATABASE_URL", sqlite_database)
    assert main(["figures", "list"]) == 0
    assert capsys.readouterr().out == "No public figures yet.\n"
    assert main(["figures", "show", "nothing"]) == 1
    assert capsys.readouterr().err == "The round nothing has no public figures.\n"


@pytest.mark.parametrize(("part", "starts"), [(Part.TALLY, False), (Part.DASHBOARD, True)])
async def test_a_tally_that_is_to_draw_figures_does_not_start_without_the_extra(
    sqlite_database: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    part: Part,
    starts: bool,
) -> None:
    given = {"STANDEASY_DATABASE_URL": sqlite_database, "STANDEASY_KEYS": str(tmp_path / "keys")}
    settings = read_settings(given, None)
    async with wiring.open_storage(settings) as storage:
        now = wiring.utc_now()
        assembly = Assembly(settings, [part], storage, lambda: now)
        checked = max(entry.last_verified for entry in assembly.national)
        moment = now + timedelta(days=(checked - now.date()).days)
        assembly.now = lambda: moment
        await programme.load(storage, publishing(), "test", "test", assembly.now)
        await assembly.check_content()
        monkeypatch.setattr(public_figures, "find_spec", lambda name: None)
        if starts:
            await assembly.check_content()
        else:
            with pytest.raises(NoNoise):
                await assembly.check_content()
        # Whoever asks for no figures needs nothing.
        await programme.load(storage, pulse_alone(), "test", "test", assembly.now)
        await assembly.check_content()
