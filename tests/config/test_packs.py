"""Packs from files: the structures that ship hold facts and no wording; every gap has its line."""

import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.core.errors import InvalidDocument, StandEasyError
from bot.core.instruments import AnswerGroup, Instrument, Sensitivity
from bot.core.packs.structure import Structure
from bot.core.scoring import item_scores, scale_mean
from config.packs import NoPacks, NoSuchPack, load_packs, structures, template_of
from tests.core.packs.wordings import TODAY, filled, made_of

STRUCTURES = {pack: structure for (pack, _), structure in structures().items()}
LOW, MIDDLE, HIGH = AnswerGroup


def instruments(pack: str) -> dict[str, Instrument]:
    """The instruments of a shipped structure, with an invented wording."""
    structure = STRUCTURES[pack]
    return {made.id: made for made in made_of(structure, filled(structure, ("en", "cy")))}


def group_of(instrument: Instrument, options: Iterable[int], scale: int = 0) -> AnswerGroup:
    """The group of answers that these chosen options fall in."""
    wanted = instrument.scales[scale]
    mean = scale_mean(wanted, item_scores(instrument, [(option,) for option in options]))
    assert mean is not None
    return wanted.group_of(float(mean))


# --- What ships -------------------------------------------------------------------------


def test_four_structures_ship_and_each_makes_complete_instruments() -> None:
    assert {pack: len(each.items) for pack, each in STRUCTURES.items()} == {
        "who-5": 5,
        "swemwbs": 7,
        "ons4": 4,
        "hse-35": 35,
    }
    for pack in STRUCTURES:
        for instrument in instruments(pack).values():
            assert instrument.languages == ["en", "cy"]
            assert instrument.draft_bits <= 40


@pytest.mark.parametrize("pack", STRUCTURES)
def test_a_structure_holds_no_wording(pack: str) -> None:
    def strings(value: Any) -> Iterable[str]:
        if isinstance(value, dict):
            for key, inner in value.items():
                if key not in ("name", "rights", "sources"):
                    yield from strings(inner)
        elif isinstance(value, list):
            for inner in value:
                yield from strings(inner)
        elif isinstance(value, str):
            yield value

    # Ids and the words of the schema, never a sentence.
    for said in strings(STRUCTURES[pack].model_dump(mode="json")):
        assert re.fullmatch(r"[a-z0-9-]+", said), said


def test_who_5_is_the_sum_times_four_with_one_limit_and_no_unit() -> None:
    index = instruments("who-5")["who-5"]
    assert index.publication.level == "department"
    (scale,) = index.scales
    assert [scale.scoring.of(mean, 5) for mean in (0.0, 2.6, 5.0)] == [0, 52, 100]
    # Options run from 5 down to 0. Raw 12 is 48, raw 13 is 52; 28 is no limit at all.
    assert group_of(index, [3, 3, 3, 2, 2]) is LOW
    assert group_of(index, [3, 3, 2, 2, 2]) is MIDDLE
    assert group_of(index, [1, 1, 1, 1, 2]) is HIGH
    assert group_of(index, [5] * 5) is LOW
    assert 28.0 not in (scale.low_up_to, scale.high_from)


def test_swemwbs_is_turned_into_its_metric_score() -> None:
    scale = STRUCTURES["swemwbs"].scales[0]
    assert sorted(scale.scoring.table) == list(range(7, 36))
    assert [scale.scoring.table[total] for total in (7, 21, 22, 30, 31, 35)] == (
        [7.0, 19.25, 19.98, 27.03, 28.13, 35.0]
    )
    asked = instruments("swemwbs")["swemwbs"]
    assert asked.publication.level == "unit"
    # 21 is 19.25 and 22 is 19.98; 30 is 27.03 and 31 is 28.13.
    sums = {21: LOW, 22: MIDDLE, 30: MIDDLE, 31: HIGH}
    for total, group in sums.items():
        above = total - 7
        options = [min(4, max(0, above - 4 * place)) for place in range(7)]
        assert group_of(asked, options) is group, total


def test_ons4_has_its_groups_with_anxiety_turned_round() -> None:
    four = instruments("ons4")["ons4"]
    assert [scale.id for scale in four.scales] == (
        ["life-satisfaction", "worthwhile", "happiness", "anxiety"]
    )
    for shown in range(11):
        expected = LOW if shown <= 4 else MIDDLE if shown <= 6 else HIGH
        assert [group_of(four, [shown] * 4, scale) for scale in range(3)] == [expected] * 3
        turned = LOW if shown >= 6 else MIDDLE if shown >= 4 else HIGH
        assert group_of(four, [shown] * 4, 3) is turned


def test_the_hse_items_are_asked_in_seven_parts() -> None:
    structure, parts = STRUCTURES["hse-35"], instruments("hse-35")
    assert [item.number for item in structure.items] == list(range(1, 36))
    assert {name: len(part.items) for name, part in parts.items()} == {
        "hse-demands": 8,
        "hse-control": 6,
        "hse-manager-support": 5,
        "hse-peer-support": 4,
        "hse-relationships": 4,
        "hse-role": 5,
        "hse-change": 3,
    }
    turned = {name for name, part in parts.items() if all(item.reverse for item in part.items)}
    assert turned == {"hse-demands", "hse-relationships"}
    assert sum(item.reverse for item in structure.items) == 12
    above_units = {name for name, part in parts.items() if part.publication.level != "unit"}
    assert above_units == {"hse-manager-support", "hse-relationships"}
    about_one = {
        name
        for name, part in parts.items()
        if part.sensitivity_of(part.scales[0]) is Sensitivity.SUPERVISION
    }
    assert about_one == {"hse-manager-support"}
    # No part is asked in the order in which the questionnaire was tested.
    assert not any(part.validated for part in parts.values())


def test_good_answers_to_a_pack_lead_to_no_support() -> None:
    for pack in STRUCTURES:
        for instrument in instruments(pack).values():
            for item in instrument.items:
                scored = [score for score in item.scores if score is not None]
                middle = (min(scored) + max(scored)) / 2
                for option, score in zip(item.options, item.scores, strict=True):
                    if score is not None and score >= middle:
                        assert not option.support, (instrument.id, item.id, score)


# --- Reading folders --------------------------------------------------------------------


def a_pack(
    folder: Path, structure: Structure, file: str = "wording.yaml", /, **changes: Any
) -> Path:
    """Write a complete wording into a folder of packs; return its file."""
    path = folder / structure.pack / file
    path.parent.mkdir(exist_ok=True)
    path.write_text(
        yaml.safe_dump(filled(structure, **changes), allow_unicode=True, sort_keys=False)
    )
    return path


def test_a_folder_of_packs_and_the_folder_of_one_are_read(tmp_path: Path) -> None:
    for structure in STRUCTURES.values():
        a_pack(tmp_path, structure)
    (tmp_path / ".git").mkdir()
    loaded = load_packs(tmp_path, TODAY)
    assert [each.pack for each in loaded] == ["hse-35", "ons4", "swemwbs", "who-5"]
    assert sum(len(each.instruments) for each in loaded) == 10
    (one,) = load_packs(tmp_path / "ons4", TODAY)
    assert one == loaded[1]


def test_earlier_wordings_stay_beside_the_newer_one(tmp_path: Path) -> None:
    a_pack(tmp_path, STRUCTURES["ons4"])
    a_pack(tmp_path, STRUCTURES["ons4"], "wording-2.yaml", version=2)
    keys = [each.key for wording in load_packs(tmp_path, TODAY) for each in wording.instruments]
    assert sorted(keys) == [("ons4", 1), ("ons4", 2)]


def test_the_same_version_twice_is_refused(tmp_path: Path) -> None:
    a_pack(tmp_path, STRUCTURES["ons4"])
    a_pack(tmp_path, STRUCTURES["ons4"], "wording-b.yaml")
    with pytest.raises(InvalidDocument, match=r"ons4 version 1 is also in wording\S*\.yaml"):
        load_packs(tmp_path, TODAY)


@pytest.mark.parametrize("pack", STRUCTURES)
def test_an_empty_template_is_valid_yaml_and_refused_with_line_and_column(
    pack: str, tmp_path: Path
) -> None:
    text = template_of(pack)
    path = tmp_path / "wording.yaml"
    path.write_text(text)
    with pytest.raises(InvalidDocument) as caught:
        load_packs(tmp_path, TODAY)
    message = str(caught.value)
    assert message.startswith(f"{tmp_path.name}/wording.yaml: line ")
    assert "\n" not in message
    lines = text.splitlines()
    named = re.findall(r"line (\d+), column (\d+), ([\w.-]+): ", message)
    # No more than a screen of them at once; each leads to the place that is empty.
    assert len(named) == min(20, text.count('""') + 1)
    assert ("more" in message) == (text.count('""') + 1 > 20)
    for line, column, where in named:
        if where != "licence.given_on":
            assert re.match(r'(\{en: )?""', lines[int(line) - 1][int(column) - 1 :]), where


@pytest.mark.parametrize("pack", STRUCTURES)
def test_a_template_that_is_filled_in_is_complete(pack: str, tmp_path: Path) -> None:
    count = iter(range(10, 100))
    text = re.sub(r'""', lambda _: f'"{next(count)}"', template_of(pack))
    text = re.sub(r'statement: "\d+"', 'statement: "May be used for invented ends"', text)
    text = re.sub(r'granted_by: "\d+"', 'granted_by: "An Invented Owner"', text)
    text = text.replace("given_on:  #", "given_on: 2026-01-31  #")
    (tmp_path / "wording.yaml").write_text(text)
    (loaded,) = load_packs(tmp_path, TODAY)
    assert loaded.pack == pack


def test_a_gap_is_named_where_it_is(tmp_path: Path) -> None:
    path = a_pack(tmp_path, STRUCTURES["ons4"])
    content = yaml.safe_load(path.read_text())
    del content["items"]["anxiety"]
    content["options"]["ten"].pop()
    path.write_text(yaml.safe_dump(content, sort_keys=False))
    lines = path.read_text().splitlines()
    with pytest.raises(InvalidDocument) as caught:
        load_packs(tmp_path, TODAY)
    items = next(number for number, line in enumerate(lines, 1) if line == "items:") + 1
    options = next(number for number, line in enumerate(lines, 1) if line.strip() == "ten:") + 1
    assert str(caught.value) == (
        f"ons4/wording.yaml: line {items}, column 3, items: anxiety is missing;"
        f" line {options}, column 3, options.ten: expected 11 options, got 10"
    )


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("pack: [", "wording.yaml: line 2, column 1"),
        ("", "line 1"),
        ("- 1", "line 1, column 1"),
        ("pack: ons4\npack: ons4", "line 2, column 1: the key pack comes twice"),
    ],
)
def test_a_file_that_is_no_wording_is_refused(tmp_path: Path, text: str, sentence: str) -> None:
    (tmp_path / "wording.yaml").write_text(text)
    with pytest.raises(InvalidDocument, match=re.escape(sentence)):
        load_packs(tmp_path, TODAY)


@pytest.mark.parametrize("given", [{"pack": "phq-9"}, {"structure": 2}])
def test_a_pack_without_a_structure_is_refused(tmp_path: Path, given: dict[str, Any]) -> None:
    a_pack(tmp_path, STRUCTURES["ons4"], **given)
    with pytest.raises(InvalidDocument, match=r"line 1, column 7, pack: expected one of .*ons4"):
        load_packs(tmp_path, TODAY)


def test_a_folder_without_packs_is_refused(tmp_path: Path) -> None:
    for folder in (tmp_path / "nowhere", tmp_path):
        with pytest.raises(NoPacks):
            load_packs(folder, TODAY)
    (tmp_path / "ons4").mkdir()
    with pytest.raises(NoPacks, match="ons4 holds no pack: expected a file wording"):
        load_packs(tmp_path, TODAY)


def test_there_is_a_template_for_what_ships_alone() -> None:
    with pytest.raises(NoSuchPack, match="no pack phq-9: expected one of hse-35, ons4"):
        template_of("phq-9")
    assert issubclass(NoSuchPack, StandEasyError)
