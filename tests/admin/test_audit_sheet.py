"""The sheet of an audit: one page, in words."""

import json

from bot.admin import audit_sheet
from bot.core.outsider.findings import Account, Kind
from bot.workflows.audit_releases import Published
from tests.core.outsider.histories import history

NOTHING = Published((), "")


def test_nothing_released_passes() -> None:
    text = audit_sheet.as_text(NOTHING, Account(), 80)
    assert "Nothing was released yet" in text
    assert "RESULT: PASS" in text


def test_a_violation_names_releases_group_and_what_is_derived() -> None:
    account = Account()
    for rounds, derived in (
        (("r1",), "nobody answered"),
        (("r1", "r2"), "1 to 8 people answered"),
        (("r1", "r2", "r3"), "at least 60 % answered “low”"),
    ):
        account.add(Kind.PINNED, rounds, "the team t", derived)
        account.add(Kind.PINNED, rounds, "the team t", derived)
    published = Published(tuple(history(0, rounds=2)), "ab" * 32)
    text = audit_sheet.as_text(published, account, 200)
    assert "RESULT: FAIL" in text
    assert "1. From r1, of the team t: nobody answered." in text
    assert "2. From r1 and r2 together, of the team t: 1 to 8 people answered." in text
    assert "3. From r1 to r3 together, of the team t: at least 60 % answered “low”." in text
    assert "ab" * 32 in text
    sheet = json.loads(audit_sheet.as_json(published, account))
    assert sheet["result"] == "fail"
    assert len(sheet["violations"]) == 3
    assert len(sheet["releases"]) == 2


def test_the_sheet_stays_a_page_however_many_there_are() -> None:
    account = Account()
    for number in range(50):
        account.add(Kind.PINNED, ("r1",), f"the team t{number}", "1 to 8 people answered")
    text = audit_sheet.as_text(NOTHING, account, 80)
    assert "and 30 more; --format json lists all." in text
    assert max(map(len, text.splitlines())) <= 80
