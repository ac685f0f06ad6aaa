"""What docs/security-properties.md names must exist: a property without its test is a wish."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PAGE = (ROOT / "docs" / "security-properties.md").read_text(encoding="utf-8")
TESTS = re.findall(r"`(tests/[\w/]+\.py)::(test_\w+)`", PAGE)
CODE = re.findall(r"`((?:bot|storage|config)/[\w/.]*)`", PAGE)


def test_every_row_names_code_and_a_test() -> None:
    rows = [line for line in PAGE.splitlines() if line.startswith("| ") and "---" not in line]
    properties = [row for row in rows if not row.startswith("| Property")]
    assert len(properties) > 20
    for row in properties:
        assert "::test_" in row, row


@pytest.mark.parametrize(("file", "name"), TESTS)
def test_a_named_test_exists(file: str, name: str) -> None:
    text = (ROOT / file).read_text(encoding="utf-8")
    assert re.search(rf"^(?:async )?def {name}\(", text, re.MULTILINE), f"{file}::{name}"


@pytest.mark.parametrize("path", sorted(set(CODE)))
def test_named_code_exists(path: str) -> None:
    assert (ROOT / path).exists(), path
