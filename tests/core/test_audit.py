"""The audit trail as a chain of hashes."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

import pytest

from bot.core.audit import (
    FIRST,
    Anchor,
    AuditEntry,
    AuditRecord,
    BrokenAuditTrail,
    Chain,
    EndsBeforeAnchor,
    NotAnAnchor,
    NotTheAnchor,
    anchor_of,
    check_anchor,
    entry_hash,
    verify,
)

NOW = datetime(2026, 11, 2, 9, 30, tzinfo=UTC)


def chain(length: int) -> list[AuditRecord]:
    records: list[AuditRecord] = []
    previous = FIRST
    for sequence in range(1, length + 1):
        entry = AuditEntry("admin Kestrel", "issue code", f"team {sequence}")
        made = entry_hash(previous, sequence, NOW, entry)
        records.append(AuditRecord(sequence, NOW, entry, previous, made))
        previous = made
    return records


def test_a_whole_chain_is_accepted_and_so_is_an_empty_one() -> None:
    verify([])
    verify(chain(1))
    verify(chain(5))


def _another_time(records: list[AuditRecord]) -> None:
    records[2] = replace(records[2], at=NOW + timedelta(microseconds=1))


def _another_actor(records: list[AuditRecord]) -> None:
    records[2] = replace(records[2], entry=replace(records[2].entry, actor="someone else"))


def _another_hash_before(records: list[AuditRecord]) -> None:
    records[2] = replace(records[2], previous_hash=FIRST)


def _another_hash(records: list[AuditRecord]) -> None:
    records[2] = replace(records[2], hash=FIRST)


def _one_removed(records: list[AuditRecord]) -> None:
    del records[2]


def _two_swapped(records: list[AuditRecord]) -> None:
    records[2:4] = reversed(records[2:4])


def _one_rewritten_with_its_hash(records: list[AuditRecord]) -> None:
    entry = replace(records[1].entry, detail="never happened")
    before = records[1].previous_hash
    records[1] = replace(records[1], entry=entry, hash=entry_hash(before, 2, NOW, entry))


@pytest.mark.parametrize(
    "meddle",
    [
        _another_time,
        _another_actor,
        _another_hash_before,
        _another_hash,
        _one_removed,
        _two_swapped,
        _one_rewritten_with_its_hash,
    ],
)
def test_a_changed_chain_breaks_at_the_change(
    meddle: Callable[[list[AuditRecord]], None],
) -> None:
    records = chain(5)
    meddle(records)
    with pytest.raises(BrokenAuditTrail, match="entry 3"):
        verify(records)


def test_the_zone_of_a_time_does_not_matter_to_its_hash() -> None:
    entry = AuditEntry("a", "b", "c")
    elsewhere = NOW.astimezone(timezone(timedelta(hours=-8)))
    assert entry_hash(FIRST, 1, NOW, entry) == entry_hash(FIRST, 1, elsewhere, entry)


def test_no_text_can_move_from_one_part_to_another() -> None:
    one = entry_hash(FIRST, 1, NOW, AuditEntry("ab", "c", "d"))
    assert one != entry_hash(FIRST, 1, NOW, AuditEntry("a", "bc", "d"))


def test_an_anchor_reads_back_as_it_was_printed() -> None:
    anchor = anchor_of(chain(3))
    assert anchor.sequence == 3
    assert Anchor.read(f" {anchor}\n") == anchor
    assert Anchor.read(str(anchor_of([]))) == Anchor(0, FIRST)


@pytest.mark.parametrize("text", ["", "3", "03:" + "0" * 64, "3:" + "A" * 64, "3:" + "0" * 63])
def test_anything_else_is_no_anchor(text: str) -> None:
    with pytest.raises(NotAnAnchor):
        Anchor.read(text)


def test_a_trail_goes_on_from_every_anchor_it_ever_had() -> None:
    records = chain(3)
    for length in range(4):
        check_anchor(records, anchor_of(records[:length]))


def test_a_trail_that_was_cut_short_or_made_anew_is_not_the_anchors() -> None:
    records = chain(3)
    with pytest.raises(EndsBeforeAnchor, match="ends at entry 2"):
        check_anchor(records[:2], anchor_of(records))
    anew = replace(records[1], hash=FIRST)
    with pytest.raises(NotTheAnchor, match="Entry 2"):
        check_anchor([records[0], anew, records[2]], anchor_of(records[:2]))
    with pytest.raises(NotTheAnchor, match="Entry 0"):
        check_anchor(records, Anchor(0, records[0].hash))


# --- Piece by piece -----------------------------------------------------------------------


def test_a_chain_in_pieces_is_held_together_across_them() -> None:
    records = chain(5)
    held = Chain()
    for start in range(0, 5, 2):
        held.take(records[start : start + 2])
    held.check_end()
    assert held.anchor == anchor_of(records)
    for missing in range(4):
        broken = Chain()
        broken.take(records[:missing])
        with pytest.raises(BrokenAuditTrail, match=f"entry {missing + 1}:"):
            broken.take(records[missing + 1 :])


@pytest.mark.parametrize("noted", range(6))
def test_a_chain_in_pieces_goes_on_from_its_anchor_or_says_that_it_does_not(noted: int) -> None:
    records = chain(5)
    anchor = anchor_of(records[:noted])
    held = Chain(anchor)
    held.take(records)
    held.check_end()
    short = Chain(anchor)
    short.take(records[: noted - 1] if noted else [])
    if noted:
        with pytest.raises(EndsBeforeAnchor):
            short.check_end()
    other = Chain(Anchor(noted, bytes([7]) * 32))
    other.take(records)
    with pytest.raises(NotTheAnchor):
        other.check_end()
