"""The documented schema is the one that releases keep to, of every format."""

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from bot.core.disclosure.release import FORMAT, Release
from bot.lead import exports
from tests.lead.exports.generated import a_generated_release
from tests.lead.results import a_release, a_taps_release, a_wide_release, an_empty_release

SCHEMA = json.loads((Path(exports.__file__).parent / "schema.json").read_text("utf-8"))
ROOT = Path(__file__).resolve().parents[3]


def problems(document: Any) -> list[str]:
    """What of a document is not as the schema says."""
    checker = jsonschema.Draft202012Validator(
        SCHEMA, format_checker=jsonschema.Draft202012Validator.FORMAT_CHECKER
    )
    return [error.message for error in checker.iter_errors(document)]


def test_the_schema_is_one() -> None:
    jsonschema.Draft202012Validator.check_schema(SCHEMA)
    assert FORMAT in SCHEMA["properties"]["format"]["enum"]


@pytest.mark.parametrize(
    "release",
    [
        a_release(),
        a_release(earlier=[an_empty_release()]),
        an_empty_release(),
        a_taps_release(),
        a_wide_release(),
        a_generated_release(1, format=1),
        a_generated_release(2),
    ],
    ids=["real", "second", "empty", "taps", "wide", "format 1", "format 2"],
)
def test_the_stored_bytes_are_as_the_schema_says(release: Release) -> None:
    assert problems(json.loads(release.content)) == []


def test_a_release_of_format_1_is_read_and_kept_to_the_schema() -> None:
    golden = ROOT / "tests" / "core" / "golden"
    for path in sorted(golden.glob("release*.json")):
        assert problems(json.loads(path.read_text("utf-8"))) == [], path.name


def test_what_no_release_holds_is_refused() -> None:
    changes: list[dict[str, Any]] = [
        {"format": 1},
        {"format": 3},
        {"respondents_exactly": 12},
        {"previous": "0"},
        {"cuts": []},
        {"opens_on": "yesterday"},
        {"thresholds": {"respondents": 9, "heads": 15}},
    ]
    for change in changes:
        assert problems({**json.loads(a_generated_release(2).content), **change}), change
    exact = json.loads(a_generated_release(2).content)
    exact["groups"][0]["respondents"] = 12
    assert problems(exact)
    without_cuts = json.loads(a_generated_release(2).content)
    del without_cuts["cuts"]
    assert problems(without_cuts)


def test_every_part_of_a_release_is_documented() -> None:
    text = (ROOT / "docs" / "release-format.md").read_text("utf-8")
    for name in [*SCHEMA["properties"], *SCHEMA["properties"]["groups"]["items"]["properties"]]:
        assert f"`{name}`" in text, name
