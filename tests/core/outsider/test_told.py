"""What is read from a release, and what must be there to read it."""

import json

import pytest

from bot.core.disclosure.release import make_release
from bot.core.outsider.findings import Account
from bot.core.outsider.told import Answering, Cells, DoesNotFit, People, Share, told_by
from bot.core.outsider.within import attack_release
from bot.core.reporting_units import ReportingUnit, ReportingUnits
from tests.core.builders import units_of
from tests.core.disclosure.tables import answered, released

UNITS = ReportingUnits(
    "Nowhere Constabulary",
    (("east", "East"), ("west", "West")),
    (
        ReportingUnit("e0", "E0", "east", ("e0",), 60, 3, (60,), True),
        ReportingUnit("e1", "E1", "east", ("e1", "e2"), 60, 3, (40, 20), False),
        ReportingUnit("w0", "W0", "west", ("w0",), 80, 3, (80,), False),
    ),
)
MIXED = {"low": [20, 40], "middle": [20, 40], "high": [20, 40], "mean": None}


def document(**changes: object) -> dict[str, object]:
    """A release that shows the force and a department, with a cut and counts."""
    release = released(units_of(east=[(60, 3), (60, 3)], west=[(80, 3)]), [])
    content = json.loads(release.content)
    content["groups"] = [
        _group("force", [100, None], [50, 100]),
        _group("department:east", [50, 99], None),
        _group("unit:e0", None, None),
    ]
    content["counts"] = [
        _counts(40, None),
        {**_counts(80), "of": "taps"},
    ]
    return {**content, **changes}


def _group(name: str, people: list[int | None] | None, rate: list[int] | None) -> dict[str, object]:
    return {
        "id": name,
        "name": name,
        "level": "unit" if name.startswith("unit") else "force",
        "parent": None,
        "teams": [],
        "respondents": people,
        "rate": rate,
        "scales": {"mood": MIXED if people else None},
        "comparable": True,
    }


def _counts(*counts: int | None) -> dict[str, object]:
    options = [{"label": {"en": "reason"}, "count": count} for count in counts]
    return {"item": "reasons", "text": {"en": "Why?"}, "options": options}


def _cell(name: str, shown: bool = True) -> dict[str, object]:
    bands = {key: MIXED[key] for key in ("low", "middle", "high")}
    return {"id": name, "label": {"en": name}, "scales": {"mood": bands if shown else None}}


def test_bands_rates_counts_and_what_is_left_over_are_statements() -> None:
    told = told_by(make_release(document()), UNITS, there=["gone"])
    assert told.heads_there == {}
    known = told_by(make_release(document()), UNITS, there={"gone": 3})
    assert (known.there, known.heads_there) == (told.there, {"gone": 3})
    everybody = frozenset({"e0", "e1", "e2", "w0"})
    assert told.heads == {"e0": 60, "e1": 40, "e2": 20, "w0": 80}
    assert told.there == everybody | {"gone"}
    assert set(told.shown.values()) == {"force", "department:east"}
    said = told.statements
    assert People(everybody, 100, None) in said
    assert People(everybody, 100, 200) in said, "the rate"
    assert People(everybody, 38 / 0.9) in said, "forty chose it"
    assert not any(isinstance(each, People) and each.least == 81 for each in said), "taps"
    assert People(frozenset({"w0"}), 10) in said
    assert Answering(frozenset({"w0"}), "mood", 10) in said
    assert Share(everybody, "mood", 0, 20, 40) in said
    assert told.heads_of(["e1", "e2", "who"]) == 60


def test_narrow_bands_say_how_many_answered() -> None:
    groups = [_group("force", [100, None], None)]
    for width, least in ((5, 100), (10, 25), (20, 10)):
        shown = {name: [20, 20 + width] for name in ("low", "middle", "high")}
        groups[0]["scales"] = {"mood": {**shown, "mean": None}}
        told = told_by(make_release(document(groups=groups)), UNITS)
        everybody = frozenset({"e0", "e1", "e2", "w0"})
        assert Answering(everybody, "mood", least) in told.statements


def test_cells_of_whole_units_are_groups_and_others_lie_anywhere() -> None:
    cuts = [
        {"by": "high-stress", "cells": [_cell("high-stress"), _cell("rest")]},
        {"by": "role", "cells": [_cell("officer"), _cell("staff", shown=False)]},
        {"by": "service", "cells": []},
    ]
    told = told_by(make_release(document(cuts=cuts)), UNITS)
    assert told.shown[frozenset({"e0"})] == "high-stress"
    assert People(frozenset({"e1", "e2", "w0"}), 20) in told.statements
    (role,) = [said for said in told.statements if isinstance(said, Cells)]
    assert [set(cell) for cell in role.cells] == [{"mood"}, set()]
    attack_release(told, Account())


def test_a_group_that_the_round_does_not_have_is_named() -> None:
    release = make_release(document(groups=[_group("unit:else", [10, 14], None)]))
    with pytest.raises(DoesNotFit, match="unit:else"):
        told_by(release, UNITS)


def test_an_empty_real_release_tells_nothing() -> None:
    units = units_of(east=[(40, 3), (40, 3)])
    told = told_by(released(units, []), units)
    assert told.statements == ()
    told = told_by(released(units, answered("east0", 8, 8, 8)), units)
    assert told.statements
