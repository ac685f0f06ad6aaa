"""Supervisors, cuts of nearly the same people and what is said of everybody, as statements."""

from collections.abc import Mapping
from dataclasses import replace

from bot.core.disclosure.release import make_release
from bot.core.outsider.aside import of_everybody
from bot.core.outsider.audit import audit
from bot.core.outsider.findings import Kind
from bot.core.outsider.model import Model
from bot.core.outsider.told import BandsOfThree, Cells, Told
from tests.core.disclosure.tables import released
from tests.core.disclosure.test_cuts import MIXED as EVERY_KIND
from tests.core.disclosure.test_cuts import UNITS, everywhere
from tests.core.outsider.test_audit import MIXED, A, B, group, kinds, teams, told

HEADS = {"a": 60, "b": 20}


def about_supervisors(number: int) -> Told:
    """A release whose theme is about the supervisors of a and b: so many in b."""
    release = told(HEADS, group(A | B, (25, 49), MIXED), group(A, (15, 24), MIXED))
    return replace(
        release, themes={"mood": (A | B, A)}, supervisors={"a": 3, "b": number} if number else {}
    )


def test_what_is_left_over_has_three_supervisors() -> None:
    assert Kind.FEW_SUPERVISORS not in kinds(about_supervisors(3))
    few = audit([about_supervisors(2)]).violations
    assert [(each.kind, each.group) for each in few] == [(Kind.FEW_SUPERVISORS, "b")]


def test_of_unknown_supervisors_nothing_is_said() -> None:
    assert Kind.FEW_SUPERVISORS not in kinds(about_supervisors(0))


Bands = tuple[Mapping[str, BandsOfThree], ...]

BY_ROLE: Bands = ({"mood": ((40, 60), (0, 20), (40, 60))}, {"mood": MIXED})
ANOTHER: Bands = ({"mood": ((80, 100), (0, 20), (0, 20))}, {"mood": MIXED})


def a_cut(heads: dict[str, int], cells: Bands, number: int) -> Told:
    everybody = teams(*heads)
    shown = group(everybody, (40, 130), ((20, 60), (20, 40), (20, 60)))
    cut = Cells(everybody, "role", cells)
    return told(heads, shown, number=number, extra=(cut,))


def test_cuts_of_nearly_the_same_people_are_looked_at_for_a_year() -> None:
    one = a_cut({"a": 100, "t": 8}, BY_ROLE, 0)
    windows = [audit([one, a_cut({"a": 100}, ANOTHER, number)]).windows for number in (1, 14)]
    assert windows == [1, 0]
    undated = [replace(each, released_on=None) for each in (one, a_cut({"a": 100}, ANOTHER, 1))]
    assert audit(undated).windows == 1


def test_who_did_not_say_is_a_cell_that_may_be_empty() -> None:
    """In the release without it nobody is in the third cell, so the others hold everybody."""
    three, two = (*BY_ROLE, {"mood": MIXED}), BY_ROLE
    first, then = a_cut({"a": 100, "t": 30}, three, 0), a_cut({"a": 100}, two, 1)
    model = Model([*first.statements, *then.statements], first.heads_of, [teams("t")])
    everybody = dict.fromkeys(model.answering(A | teams("t"), "mood"), 1.0)
    # Two cells of twenty in a; the third, of twenty, is in t alone.
    assert model.least(dict.fromkeys(model.answering(teams("t"), "mood"), 1.0)) == 20
    assert model.least(everybody) == 60


def test_a_cut_of_some_is_said_of_everybody() -> None:
    release = released(UNITS, everywhere(60, EVERY_KIND))
    assert "a cut by role" in set(of_everybody(release))
    some = make_release({**release.document, "asked": "some"})
    assert "that everybody was asked" not in set(of_everybody(some))
