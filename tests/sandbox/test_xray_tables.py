"""The X-ray names every table: one that is added later cannot be left out silently."""

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

from bot.sandbox.xray.cards import cards_of
from bot.sandbox.xray.page import ChatHashes, Held, XRay
from bot.sandbox.xray.tables import ALSO_HELD, SHOWN_ABOVE
from storage.tables import ANSWERS, PEOPLE, metadata

NOBODY = ChatHashes(lambda _: b"", lambda _: [], lambda *_: b"")
NAMES_NOBODY = {"enrolment_code", "departure", "lead_chat_code"}
"""Tables of the people side in which no row is about one chat."""


def look(template: Path, folder: Path, *changes: str) -> Held:
    """X-ray an empty database to which some changes were made."""
    copy = folder / "stand-easy.db"
    shutil.copy(template, copy)
    with closing(sqlite3.connect(copy)) as file, file:
        for change in changes:
            file.execute(change)
    return XRay(copy, NOBODY).look(1)


def test_every_table_is_explained_and_no_other() -> None:
    assert SHOWN_ABOVE.keys() | ALSO_HELD.keys() == metadata.tables.keys() | {"alembic_version"}
    assert not SHOWN_ABOVE.keys() & ALSO_HELD.keys()


def test_every_table_about_somebody_has_a_card_that_shows_their_rows() -> None:
    about = {table.name for table in PEOPLE + ANSWERS} - NAMES_NOBODY
    assert about <= SHOWN_ABOVE.keys()
    for table in PEOPLE:
        whose = {"lookup", "enrolment", "mark"} & set(table.columns.keys())
        assert bool(whose) == (table.name not in NAMES_NOBODY), table.name


def test_every_card_that_a_table_points_to_is_there(sqlite_template: Path, tmp_path: Path) -> None:
    held = look(sqlite_template, tmp_path)
    cards = {card.id: card for card in cards_of(held, {}, answering=False)}
    assert {card for card, _ in SHOWN_ABOVE.values()} <= cards.keys()
    named = [line.key for line in cards["tables"].sections[0].lines]
    assert set(named) == metadata.tables.keys() | {"alembic_version"}


def test_a_table_nobody_explained_is_shown_all_the_same(
    sqlite_template: Path, tmp_path: Path
) -> None:
    held = look(
        sqlite_template, tmp_path, "CREATE TABLE newcomer (x)", "INSERT INTO newcomer VALUES (1)"
    )
    (card,) = (card for card in cards_of(held, {}, answering=False) if card.id == "tables")
    said = {line.label: line.value for line in card.sections[0].lines}
    assert said["newcomer"] == "1 row: this page cannot explain it"
