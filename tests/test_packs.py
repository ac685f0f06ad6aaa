"""A pack's whole way: template, check, settings, programme, counting; and what stops a start."""

import re
from datetime import date
from pathlib import Path

import pytest
import yaml

from bot import wiring
from bot.__main__ import main
from bot.core.programme import Programme
from bot.core.responses import LengthOfService, Response, RoleType, encode
from bot.core.tabulation import Tabulator
from bot.wiring import Assembly, Part
from bot.workflows import programme
from bot.workflows.wordings import WordingChanged
from config.packs import structures
from config.settings import Settings, read_settings
from config.wordings import TakenName
from tests.core.packs.wordings import filled
from tests.programmes import pulse_alone

WHO_5 = structures()["who-5", 1]


@pytest.fixture
def packs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with one complete pack, which the settings name."""
    folder = tmp_path / "packs"
    (folder / "who-5").mkdir(parents=True)
    write(folder)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("STANDEASY_PACKS", str(folder))
    return folder


def write(folder: Path, text: str = "Invented question?", file: str = "wording.yaml") -> None:
    content = filled(WHO_5)
    content["items"]["item-1"]["en"] = text
    (folder / "who-5" / file).write_text(yaml.safe_dump(content))


def with_who_5(document: Programme) -> Programme:
    """A programme that asks the pack and nothing else."""
    (pulse,) = document.check_ins
    asked = pulse.model_copy(update={"instrument": "who-5", "id": "well-being"})
    return document.model_copy(update={"check_ins": [asked]})


# --- Commands ---------------------------------------------------------------------------


def test_a_template_is_printed_and_checked(packs: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["packs", "template", "ons4"]) == 0
    printed = capsys.readouterr().out
    assert printed.startswith("# Wording of the four ONS questions")
    (packs / "ons4").mkdir()
    (packs / "ons4" / "wording.yaml").write_text(printed)
    assert main(["packs", "check", str(packs)]) == 1
    shown, other = capsys.readouterr()
    assert shown == ""
    assert re.match(r"ons4/wording\.yaml: line \d+, column \d+, licence\.statement: ", other)
    assert other.count("\n") == 1
    # With a gap anywhere nothing is asked, by any command that needs instruments.
    assert main(["programme", "check", str(wiring.example_programme_path())]) == 1
    assert capsys.readouterr().err == other


def test_a_complete_pack_is_named_with_all_that_matters(
    packs: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["packs", "check", str(packs)]) == 0
    assert capsys.readouterr().out == (
        "wording.yaml is complete.\n"
        "  who-5 version 1: 5 items, 1 theme, en; smallest group shown: department;"
        " validated; An Invented Owner, 2026-01-31\n"
    )


def test_a_programme_may_ask_what_a_pack_brings(
    packs: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    text = wiring.example_programme_path().read_text(encoding="utf-8")
    changed = text.replace("instrument: weekly-pulse", "instrument: who-5", 1)
    assert changed != text
    path = tmp_path / "force.yaml"
    path.write_text(changed, encoding="utf-8")
    assert main(["programme", "check", str(path)]) == 0
    capsys.readouterr()


# --- Starting ---------------------------------------------------------------------------


def settings_of(url: str, folder: Path) -> Settings:
    given = {"DATABASE_URL": url, "KEYS": str(folder / "keys"), "PACKS": str(folder / "packs")}
    return read_settings({f"STANDEASY_{name}": value for name, value in given.items()}, None)


async def started(url: str, folder: Path, part: Part = Part.TALLY) -> Assembly:
    """Start a process on a day when the support directory is fresh."""
    settings = settings_of(url, folder)
    async with wiring.open_storage(settings) as storage:
        now = wiring.utc_now()
        assembly = Assembly(settings, [part], storage, lambda: now)
        newest = max(entry.last_verified for entry in assembly.national)
        moment = now.replace(year=newest.year, month=newest.month, day=newest.day)
        assembly.now = lambda: moment
        document = with_who_5(pulse_alone())
        await programme.load(storage, document, "test", "test", assembly.now)
        await assembly.check_content()
        return assembly


async def test_what_was_asked_once_stays_or_nothing_starts(
    packs: Path, sqlite_database: str, tmp_path: Path
) -> None:
    # Before any other process keeps it, the dashboard's account does not say what was asked.
    write(packs, "Another question?")
    assembly = await started(sqlite_database, tmp_path, Part.DASHBOARD)
    assert ("who-5", 1) in assembly.instruments
    write(packs)
    await started(sqlite_database, tmp_path)
    await started(sqlite_database, tmp_path)
    write(packs, "Another question?")
    for part in (Part.TALLY, Part.DASHBOARD):
        with pytest.raises(WordingChanged):
            await started(sqlite_database, tmp_path, part)
    write(packs)
    await started(sqlite_database, tmp_path)


def test_a_pack_cannot_take_the_name_of_what_ships(packs: Path) -> None:
    (loaded,) = wiring.load_packs(packs, date(2026, 11, 22))
    wiring.instruments_by_key([loaded])
    with pytest.raises(TakenName, match="who-5 version 1"):
        wiring.instruments_by_key([loaded, loaded])


# --- Counting ---------------------------------------------------------------------------


def test_answers_to_a_pack_are_counted_in_groups_and_half_an_answer_is_not(packs: Path) -> None:
    (loaded,) = wiring.load_packs(packs, date(2026, 11, 22))
    (index,) = loaded.instruments
    tabulator = Tabulator(index)
    # Options run from 5 points to 0: sums of 12 (48), 13 (52), 19 (76), and one left out.
    for answers in ((3, 3, 3, 2, 2), (3, 3, 2, 2, 2), (1, 1, 1, 1, 2), (5, 5, 5, 5, None)):
        chosen = tuple(() if option is None else (option,) for option in answers)
        response = Response(
            index.key, 0, "dog-unit", RoleType.NOT_SAID, LengthOfService.NOT_SAID, chosen
        )
        tabulator.add(encode(response, index))
    counts = tabulator.table().cells["dog-unit", 0]
    assert counts.respondents == 4
    assert counts.scales["well-being"].groups == [1, 1, 1]
