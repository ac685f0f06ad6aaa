"""An invented programme, and changes of it that tests put one behind the other."""

from collections.abc import Callable
from copy import deepcopy
from datetime import date, timedelta
from typing import Any

from hypothesis import strategies as st

from bot.core.documents import DocumentProblems
from bot.core.programme import Programme
from tests.core.builders import Content, Sizes, check_in_content, programme_content

TODAY = date(2026, 11, 30)


def entry(id_: str, **changes: Any) -> Content:
    """A support entry."""
    return {
        "id": id_,
        "name": {"en": f"Entry {id_}"},
        "needs": ["talk"],
        "for_whom": {"en": "Everybody"},
        "phone": "01632 960 101",
        "hours": {"en": "Always"},
        "confidentiality": {"en": "Nobody is told"},
        "scope": "force",
        "source": "The contract",
        "last_verified": TODAY,
        "verified_by": "Kestrel",
        **changes,
    }


def content() -> Content:
    """Two departments, a check-in, two support entries."""
    sizes: Sizes = {"east": [("a", 8), ("b", 30, 3), ("c", 40)], "west": [("d", 26), ("e", 60)]}
    made = programme_content(sizes, support=[entry("one"), entry("two")])
    made["force"]["bank_holidays"] = [date(2026, 12, 25), date(2026, 12, 28)]
    made["check_ins"].append(check_in_content(id="second", instrument="other"))
    return made


def read(made: Content) -> Programme:
    return Programme.from_mapping(made, name="programme.yaml")


def the(made: Any, *path: str | int) -> Any:
    for each in path:
        made = made[each]
    return made


TEAMS = ("force", "departments", 0, "teams")


CHANGES: dict[str, Callable[[Content, int], object]] = {
    "team": lambda made, n: the(made, *TEAMS, n % 2).update(headcount=20 + n, name=f"Team {n}"),
    "marks": lambda made, n: the(made, *TEAMS, n % 2).update(high_stress=bool(n % 3)),
    "order": lambda made, n: the(made, *TEAMS).insert(0, the(made, *TEAMS).pop(n % 2)),
    "new": lambda made, n: the(made, "force", "departments", n % 2, "teams").append(
        {"id": f"new{n}", "name": f"New {n}", "headcount": 30}
    ),
    "department": lambda made, n: the(made, "force", "departments", n % 2).update(name=f"D{n}"),
    "days": lambda made, n: the(made, "force").update(
        blackout_dates=[TODAY + timedelta(days=each) for each in range(n % 4)]
    ),
    "zone": lambda made, n: the(made, "force").update(
        timezone=("Europe/London", "Europe/Dublin")[n % 2]
    ),
    "check-in": lambda made, n: the(made, "check_ins", 0).update(
        prompts_per_round=4 + n % 3, title={"en": f"Title {n % 2}"}
    ),
    "support": lambda made, n: the(made, "support", n % 2).update(
        cost={"en": f"{n} pounds"}, phone=f"01632 960 1{n % 90 + 10}"
    ),
    "disclosure": lambda made, n: made.update(disclosure={"heads": 15 + n}, recount_days=1 + n),
}

moves = st.lists(st.tuples(st.sampled_from(sorted(CHANGES)), st.integers(0, 20)), max_size=6)


def moved(steps: list[tuple[str, int]]) -> Programme | None:
    """The programme after some changes; None where they do not make one."""
    made = deepcopy(content())
    for name, number in steps:
        CHANGES[name](made, number)
    try:
        return read(made)
    except DocumentProblems:
        return None
