"""What an outsider can derive, tried on statements that are worth deriving something from."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from bot.core.outsider.audit import audit, steps_of
from bot.core.outsider.findings import Account, Kind
from bot.core.outsider.model import Model
from bot.core.outsider.over_time import Past, with_new_names
from bot.core.outsider.told import (
    Answering,
    Cells,
    People,
    Share,
    Statement,
    Teams,
    Told,
    remainders,
    with_teams,
)
from bot.core.outsider.within import attack_release

DAY = date(2024, 1, 1)


def teams(*names: str) -> Teams:
    return frozenset(names)


def group(
    members: Teams, people: tuple[int, int | None], shares: tuple[tuple[int, int], ...] = ()
) -> list[Statement]:
    """What a release says of one group, on one theme."""
    said: list[Statement] = [People(members, *people)]
    if shares:
        said.append(Answering(members, "mood", 10))
        said += [Share(members, "mood", place, *band) for place, band in enumerate(shares)]
    return said


def told(
    heads: dict[str, int],
    *groups: list[Statement],
    number: int = 0,
    check_in: str = "weekly",
    there: Teams = frozenset(),
    prompts: int = 1,
    extra: tuple[Statement, ...] = (),
    days: int = 28,
) -> Told:
    """A release that shows these groups; every team is a unit."""
    shown = {said[0].teams: "+".join(sorted(said[0].teams)) for said in groups}
    left = remainders(shown)
    return Told(
        round_id=f"{check_in}-{number}",
        check_in=check_in,
        instrument=("invented", 1),
        released_on=DAY + timedelta(days=days * number),
        prompts=prompts,
        scales=("mood",),
        heads=heads,
        there=teams(*heads) | there,
        units=tuple(teams(team) for team in heads),
        shown=shown,
        remainders=left,
        statements=(
            *(statement for said in groups for statement in said),
            *(People(rest, 10) for rest in left),
            *extra,
        ),
    )


def kinds(*releases: Told) -> set[Kind]:
    return {violation.kind for violation in audit(releases).violations}


LOW, MIXED, HIGH = (
    ((80, 100), (0, 20), (0, 20)),
    ((20, 40), (20, 40), (20, 40)),
    ((0, 20), (0, 20), (80, 100)),
)
A, B, T = teams("a"), teams("b"), teams("t")


def test_a_release_of_groups_that_fit_together_passes() -> None:
    heads = {"a": 40, "b": 40, "c": 40}
    release = told(
        heads,
        group(teams("a", "b", "c"), (50, 99), MIXED),
        group(A, (15, 24), MIXED),
    )
    account = audit([release])
    assert not account.violations
    assert account.groups >= 2
    assert account.solved >= 1


def test_nothing_shown_is_nothing_told() -> None:
    account = audit([told({"a": 40}), told({"a": 40}, number=1)])
    assert (account.groups, account.violations) == (0, [])
    assert steps_of([told({"a": 40})]) == 2


def test_subtraction_in_the_tree_is_found() -> None:
    """The force without its only shown unit is a team of eight."""
    heads = {"a": 40, "t": 8}
    release = told(heads, group(A | T, (25, 49), HIGH), group(A, (15, 24), LOW))
    assert kinds(release) & {Kind.CONTRADICTION, Kind.NARROWED, Kind.PINNED}


def test_a_remainder_that_holds_too_few_contradicts_the_rules() -> None:
    heads = {"a": 40, "b": 40}
    release = told(heads, group(A | B, (15, 24)), group(A, (15, 24)))
    assert kinds(release) == {Kind.CONTRADICTION}


def test_subtraction_over_time_is_found() -> None:
    """A team of eight is in the group one month and elsewhere the next."""
    one = told({"a": 40, "t": 8}, group(A | T, (25, 49), MIXED))
    other = told(
        {"a": 40, "t": 8}, group(A, (15, 24), ((0, 20), (40, 60), (40, 60))), number=1, there=T
    )
    assert Kind.NARROWED in kinds(one, other)


def test_answers_that_cannot_have_stayed_the_same_tell_nothing() -> None:
    one = told({"a": 40, "t": 8}, group(A | T, (15, 24), HIGH))
    other = told({"a": 40, "t": 8}, group(A, (25, 49), LOW), number=1)
    account = audit([one, other])
    assert not account.violations
    assert account.windows == account.refuted == 1


def test_people_of_a_team_that_is_gone_are_leavers() -> None:
    one = told({"a": 40, "t": 8}, group(A | T, (25, 49), MIXED))
    other = told({"a": 40}, group(A, (15, 24), ((0, 20), (40, 60), (40, 60))), number=1)
    account = audit([one, other])
    assert not account.violations
    assert account.windows == 0


@pytest.mark.parametrize("known", [True, False])
def test_a_team_that_is_written_up_for_a_round_has_not_grown(known: bool) -> None:
    """It was not asked while it had eight heads; who knows that, counts eight."""
    padded = told({"a": 40, "t": 25}, group(A | T, (25, 49), MIXED))
    alone = told({"a": 40}, group(A, (15, 24), ((0, 20), (40, 60), (40, 60))), number=1, there=T)
    if known:
        alone = replace(alone, heads_there={"a": 40, "t": 8})
    assert bool(audit([padded, alone]).windows) is False, "it had twenty-five once"
    waiting = replace(alone, round_id="weekly-w", released_on=DAY - timedelta(days=28))
    assert bool(audit([waiting, padded, alone]).windows) is known
    # More than a year before, it was another team.
    long_ago = replace(waiting, released_on=DAY - timedelta(days=365))
    assert audit([long_ago, padded, alone]).windows == 0
    nobody_knows_when = replace(waiting, released_on=None)
    assert bool(audit([nobody_knows_when, padded, alone]).windows) is known


def test_three_releases_can_cut_out_what_no_two_do() -> None:
    heads = {"a": 20, "b": 20, "t": 8}
    account = audit(
        [
            told(heads, group(A | B | T, (25, 49))),
            told(heads, group(A, (15, 24)), number=1),
            told(heads, group(B, (10, 14)), number=2),
        ]
    )
    assert account.windows == 1


def test_a_team_under_another_name_with_a_few_more_is_found() -> None:
    one = told({"a": 40, "v": 20}, group(A | teams("v"), (25, 49), MIXED))
    other = told(
        {"a": 40, "n": 26},
        group(A | teams("n"), (50, 99), ((0, 20), (20, 40), (60, 80))),
        number=1,
    )
    assert kinds(one, other) & {Kind.NARROWED, Kind.PINNED}
    account = audit([other, told({"a": 40, "v": 20}, group(A | teams("v"), (25, 49)), number=2)])
    assert account.windows == 1, "fewer than there were"


def test_names_that_were_seen_before_are_not_new() -> None:
    first = told({"n": 26, "v": 20})
    one = told({"a": 40, "v": 20}, group(A | teams("v"), (25, 49)), number=1, there=teams("n"))
    other = told({"a": 40, "n": 26}, group(A | teams("n"), (50, 99)), number=2)
    assert audit([first, one, other]).windows == 0
    assert list(with_new_names(one, other, teams("n"), {"v": 60})) == [], "far apart"
    assert Past([first, one, other]).is_new("a", one)


def test_homogeneity_and_everybody_are_found() -> None:
    heads = {"a": 25}
    assert kinds(told(heads, group(A, (10, 14), ((95, 100), (0, 5), (0, 5))))) >= {Kind.HOMOGENEOUS}
    assert kinds(told(heads, group(A, (25, 49)))) == {Kind.NEARLY_EVERYBODY}
    assert kinds(told({"a": 12}, group(A, (10, 14)))) >= {Kind.SMALL_GROUP}


def test_what_parent_and_sibling_prove_of_a_unit_is_found() -> None:
    """Unit A can hold at most 40 per cent high, so everybody in B is."""
    heads = {"a": 20, "b": 30}
    release = told(
        heads,
        group(A | B, (25, 49), HIGH),
        group(A, (10, 14), ((0, 20), (40, 60), (20, 40))),
        group(B, (15, 24), HIGH),
    )
    assert Kind.ALIKE in kinds(release)


@pytest.mark.parametrize(("heads", "is_found"), [(20, False), (14, True)])
def test_of_ten_or_more_who_are_not_shown_more_may_be_told(heads: int, is_found: bool) -> None:
    """The force and its other department say of the east what its own bands leave open, and so
    of a unit there: with twenty heads, of whom ten answered, it is no group under the floor."""
    east, west = A | B | T, teams("c")
    release = told(
        {"a": 40, "b": 22 - heads, "t": heads, "c": 40},
        group(east | west, (60, 62), ((60, 65), (0, 40), (0, 40))),
        group(east, (25, 49), ((40, 100), (0, 60), (0, 60))),
        group(A, (15, 20), ((0, 100), (0, 100), (0, 100))),
        group(west, (20, 22), ((0, 20), (0, 100), (0, 100))),
        extra=(Answering(east | west, "mood", 60),),
    )
    narrowed = {
        violation.group
        for violation in audit([release]).violations
        if violation.kind is Kind.NARROWED
    }
    assert any(name.endswith(" t") for name in narrowed) is is_found


def test_a_hidden_unit_in_which_nobody_can_have_answered_is_found() -> None:
    heads = {"a": 40, "b": 8, "c": 30}
    release = told(
        heads, group(A | B | teams("c"), (25, 30)), group(A, (15, 24)), extra=(People(B, 0, 0),)
    )
    assert Kind.NOBODY in kinds(release)


def test_a_small_part_whose_number_is_pinned_is_found() -> None:
    heads = {"a": 40, "t": 14}
    release = told(
        heads, group(A | T, (25, 49)), group(A, (15, 20)), extra=(People(A | T, 0, 24.5),)
    )
    found = audit([release]).violations
    assert {violation.kind for violation in found} <= {Kind.CONTRADICTION, Kind.PINNED}


def test_two_results_in_one_month_are_too_soon() -> None:
    one, other = told({"a": 40}), told({"a": 40}, number=1, days=27)
    assert kinds(one, other) == {Kind.TOO_SOON}
    assert kinds(one, told({"b": 40}, number=1, days=27)) == set()
    assert kinds(one, told({"a": 40}, number=1)) == set()


def test_several_prompts_prove_less_than_one() -> None:
    """At one prompt 10 and 15 are 25 or more; at two they may be the same moments."""
    heads = {"a": 40, "b": 40}
    groups = [group(A | B, (15, 20)), group(A, (10, 14)), group(B, (15, 24))]
    assert kinds(told(heads, *groups)) == {Kind.CONTRADICTION}
    assert kinds(told(heads, *groups, prompts=2)) == set()


def test_a_cut_is_somewhere_in_the_force() -> None:
    """Two cells of twenty people do not fit into thirty."""
    heads = {"a": 60}
    cells = ({"mood": MIXED}, {"mood": MIXED})
    shown = group(A, (25, 30), MIXED)
    assert kinds(told(heads, shown, extra=(Cells(A, "role", cells),))) == {Kind.CONTRADICTION}
    wide = group(A, (25, 49), MIXED)
    assert kinds(told(heads, wide, extra=(Cells(A, "role", cells),))) == set()
    nothing = Cells(A, "role", ({}, {}))
    assert kinds(told(heads, wide, extra=(nothing,))) == set()


def test_shares_are_worked_out_among_at_least_one_person() -> None:
    model = Model(
        [*group(A | T, (10, 14), HIGH), People(T, 0, 0.5)],
        lambda listed: 20 * len(list(listed)),
        [A],
    )
    assert model.least_share(T, "mood", [0]) is None
    assert model.least_share(A, "mood", [2]) == pytest.approx(1 - 0.2 * 14 / 14, abs=0.25)
    assert Model([People(A, 5, 3)], lambda _: 20).least({}) is None


def test_renaming_leaves_out_what_names_some_of_the_teams() -> None:
    release = told(
        {"a": 40, "x": 10, "y": 10},
        group(teams("a", "x", "y"), (25, 49)),
        group(teams("a", "x"), (25, 49)),
        group(A, (15, 24)),
    )
    renamed = with_teams(release, teams("x", "y"), teams("v", "new"), {"new": 3}, {"v": 17})
    assert set(renamed.shown) == {teams("a", "v", "new"), A}
    assert renamed.heads == {"a": 40, "v": 17, "new": 3}


def test_a_violation_is_noted_once() -> None:
    account = Account()
    release = told({"a": 12}, group(A, (10, 14)))
    attack_release(release, account)
    before = len(account.violations)
    attack_release(release, account)
    assert len(account.violations) == before
