"""Conditions: each holds when it should and not a moment earlier; each has words."""

import tomllib
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from bot.core.health import (
    BACKUP_WITHIN,
    FORGOTTEN_PAUSE,
    RULES,
    STOPPED_AFTER,
    TROUBLE_LASTS,
    UNDONE_AFTER,
    Condition,
    Health,
    conditions_of,
)
from bot.core.health_parts import EntryAge, GrowthNote, Undone
from bot.core.support import Age
from bot.core.version import VERSION
from bot.core.vitals import Seen, Trouble, Vitals

NOW = datetime(2026, 11, 30, 9, 30, tzinfo=UTC)
TODAY = date(2026, 11, 30)
WELL = Health(
    at=NOW,
    today=TODAY,
    version=VERSION,
    tables_current=True,
    ticks={"serve": NOW - timedelta(minutes=1)},
    vitals=Vitals(0, 0, 0, 0, {}),
    unused_keys=8,
    open_rounds=1,
    closed_rounds=0,
    directory=[EntryAge("samaritans", TODAY - timedelta(days=165), Age.DUE)],
)


def troubled(kind: Trouble, ago: timedelta) -> Health:
    return replace(WELL, vitals=Vitals(0, 0, 0, 0, {kind: Seen(3, NOW - ago)}))


def test_the_version_is_that_of_the_project() -> None:
    root = Path(__file__).resolve().parents[2]
    project = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))
    assert project["project"]["version"] == VERSION


def test_every_condition_has_a_rule_with_words() -> None:
    assert set(RULES) == set(Condition)
    for rule in RULES.values():
        assert rule.what.endswith(".")
        assert rule.to_do


def test_when_all_is_well_nothing_holds() -> None:
    assert conditions_of(WELL) == []
    assert conditions_of(replace(WELL, ticks={}, vitals=None)) == []
    second = timedelta(seconds=1)
    lately = Undone(3, NOW - UNDONE_AFTER + second)
    assert conditions_of(replace(WELL, undone=lately)) == []
    assert conditions_of(replace(WELL, backup_at=NOW - BACKUP_WITHIN + second)) == []


@pytest.mark.parametrize(
    ("ill", "condition"),
    [
        (replace(WELL, unused_keys=0), Condition.NO_KEYS),
        (replace(WELL, ticks={"serve": NOW - STOPPED_AFTER}), Condition.TICK_STOPPED),
        (
            replace(WELL, directory=[EntryAge("samaritans", TODAY - timedelta(days=166), Age.DUE)]),
            Condition.DIRECTORY_OLD,
        ),
        (
            replace(WELL, directory=[EntryAge("eap", TODAY - timedelta(days=90), Age.DUE, True)]),
            Condition.DIRECTORY_DUE,
        ),
        (
            replace(WELL, directory=[EntryAge("eap", TODAY - timedelta(days=166), Age.DUE, True)]),
            Condition.DIRECTORY_OLD,
        ),
        (troubled(Trouble.TOKEN_REFUSED, timedelta()), Condition.TOKEN_REFUSED),
        (troubled(Trouble.OTHER_POLLER, timedelta()), Condition.OTHER_POLLER),
        (replace(WELL, tables_current=False), Condition.TABLES_BEHIND),
        (replace(WELL, overdue_rounds=["weekly-pulse-2026-11-02"]), Condition.ROUNDS_OVERDUE),
        (replace(WELL, stuck_rounds=["weekly-pulse-2026-11-02"]), Condition.ROUND_STUCK),
        (replace(WELL, kept_rounds=["weekly-pulse-2026-11-02"]), Condition.ANSWERS_KEPT),
        (replace(WELL, missing_needs=["trim"]), Condition.DIRECTORY_INCOMPLETE),
        (replace(WELL, undone=Undone(1, NOW - UNDONE_AFTER)), Condition.ERRANDS_UNDONE),
        (replace(WELL, backup_at=NOW - BACKUP_WITHIN), Condition.BACKUP_OLD),
        (replace(WELL, paused_rounds={"r": NOW - FORGOTTEN_PAUSE}), Condition.PAUSE_FORGOTTEN),
        (replace(WELL, watched=True), Condition.STATISTICS_OPEN),
        (replace(WELL, programme_unread=True), Condition.PROGRAMME_UNREAD),
        (replace(WELL, unread_rounds=["weekly-pulse-2026-11-02"]), Condition.ROUND_UNREAD),
        (replace(WELL, changed_keys=["k1"]), Condition.KEY_CHANGED),
        (replace(WELL, written_up=[GrowthNote("team a", NOW)]), Condition.HEADS_WRITTEN_UP),
    ],
)
def test_each_condition_holds_alone(ill: Health, condition: Condition) -> None:
    assert conditions_of(ill) == [condition]


@pytest.mark.parametrize(
    "well",
    [
        replace(WELL, ticks={"serve": NOW - STOPPED_AFTER + timedelta(seconds=1)}),
        troubled(Trouble.TOKEN_REFUSED, TROUBLE_LASTS),
        troubled(Trouble.TOLD_TO_WAIT, timedelta()),
        troubled(Trouble.OUT_OF_REACH, timedelta()),
        replace(WELL, written_up=[GrowthNote("team a", NOW - timedelta(days=7))]),
        replace(WELL, paused_rounds={"r": NOW - FORGOTTEN_PAUSE + timedelta(seconds=1)}),
    ],
)
def test_a_moment_earlier_it_does_not(well: Health) -> None:
    assert conditions_of(well) == []


JUST_NOW, LATELY, STOPPED, LONG_AGO = (
    NOW,
    NOW - timedelta(minutes=1),
    NOW - timedelta(hours=1),
    NOW - timedelta(days=8),
)


@pytest.mark.parametrize(
    ("ticks", "expected", "stopped"),
    [
        ({"serve": LATELY}, ["serve"], []),
        ({"serve": STOPPED}, ["serve"], ["serve"]),
        # One process was split into three, or three made one: the old ones are not missed.
        ({"serve": STOPPED, "officers": LATELY, "tally": LATELY}, ["officers", "tally"], []),
        ({"serve": LATELY, "officers": STOPPED, "tally": STOPPED}, ["serve"], []),
        # Beside a part that ticks it stands in for nobody.
        (
            {"serve": LATELY, "dashboard": JUST_NOW, "tally": STOPPED},
            ["serve", "dashboard", "tally"],
            ["tally"],
        ),
        (
            {"serve": JUST_NOW, "dashboard": LATELY, "tally": STOPPED},
            ["serve", "dashboard", "tally"],
            ["tally"],
        ),
        ({"officers": LATELY, "tally": STOPPED}, ["officers", "tally"], ["tally"]),
        ({"officers": LATELY, "tally": LONG_AGO}, ["officers"], []),
        ({"officers": STOPPED, "tally": STOPPED}, ["officers", "tally"], ["officers", "tally"]),
        ({}, [], []),
    ],
)
def test_a_process_is_missed_that_was_there_lately(
    ticks: dict[str, datetime], expected: list[str], stopped: list[str]
) -> None:
    health = replace(WELL, ticks=ticks)
    assert health.expected() == expected
    assert health.stopped() == stopped
