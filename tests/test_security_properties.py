"""What docs/security-properties.md names must exist: a property without its test is a wish."""

import re
from pathlib import Path

from tests.each import each_holds

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


def test_each_named_test_exists() -> None:
    def look(named: tuple[str, str]) -> None:
        file, name = named
        text = (ROOT / file).read_text(encoding="utf-8")
        assert re.search(rf"^(?:async )?def {name}\(", text, re.MULTILINE)

    each_holds((("::".join(named), named) for named in TESTS), look)


def test_all_named_code_exists() -> None:
    def look(path: str) -> None:
        assert (ROOT / path).exists()

    each_holds(((path, path) for path in CODE), look)
