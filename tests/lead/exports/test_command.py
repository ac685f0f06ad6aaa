"""`report` writes every format, to a file or through standard output."""

import asyncio
import io
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pypdf

from bot.lead.exports.csv import release_as_csv
from config.settings import read_settings
from tests.test_commands import (
    Ran,
    _logging_as_it_was,
    here,
    migrated,
    one_line,
    ready,
    released,
    result,
    run,
)

__all__ = ["_logging_as_it_was", "here", "migrated", "ready", "run"]


def test_a_result_is_written_in_every_format(ready: Callable[..., Ran], tmp_path: Path) -> None:
    round_id = result(ready("rounds", "open", "weekly-pulse")).split()[1]
    result(ready("rounds", "close", round_id, "--at-once"))
    release = asyncio.run(released(read_settings(), round_id))
    made: dict[str, bytes] = {}
    for format in ("json", "csv", "xlsx", "pdf", "text"):
        path = tmp_path / f"result.{format}"
        ran = ready("report", round_id, "--format", format, "--output", str(path))
        assert result(ran) == ""
        made[format] = path.read_bytes()
    assert made["json"] == release.content
    assert made["csv"] == release_as_csv(release)
    assert "About" in openpyxl.load_workbook(io.BytesIO(made["xlsx"])).sheetnames
    assert len(pypdf.PdfReader(io.BytesIO(made["pdf"])).pages) > 2
    assert b"Fenmarch Constabulary (invented)" in made["text"]
    assert result(ready("report", round_id, "--format", "csv")).encode() == made["csv"]
    nowhere = str(tmp_path / "nowhere" / "x.pdf")
    assert "cannot be written" in one_line(ready("report", round_id, "--output", nowhere))
