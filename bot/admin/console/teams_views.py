"""What the pages about teams say: addresses, lists and sentences, made for templates."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final

from bot.core.errands import Errand, Outcome
from bot.core.programme import Department, Programme, Team
from bot.workflows.team_desk import Group

TEAMS: Final = "/teams"
A_PAGE: Final = 200
"""Teams that one page lists."""

MOST_FOUND: Final = 100
RESERVED: Final = frozenset({"departments", "import", "posters"})
"""Ids that a team may have, and that are places of their own here."""

SOON: Final = timedelta(seconds=30)
"""For so long a page looks again by itself: whoever types on it then is left alone."""

LATE: Final = (
    "Asked for, and not done yet, which takes seconds. The officers’ process may not run: look at "
    "Health. What it does not begin within an hour is not done."
)
GONE: Final = (
    "Whoever joined with this team stays joined, and is asked nothing from the next rounds on. "
    "Nobody tells them: to go on, they send /forget and use another team’s code.",
    "A round that is open goes on with this team, and is counted with it.",
    "Results that were released stay as they are. The next ones may leave out some of the "
    "department for a while: what is left must not tell what this team answered.",
    "Its codes let nobody in any more.",
)
HEADS: Final = "Everybody who could answer. No more people can join than there are heads."
FEWER: Final = (
    f"{HEADS} With fewer heads in its group than people who joined, nobody is put out, and some "
    "of them are no longer asked."
)


@dataclass(frozen=True, slots=True)
class Notice:
    """What came of something that was asked for."""

    about: str
    text: str
    kind: str
    """`waits`, `done` or `refused`."""


def address_of_team(team: str) -> str:
    """Return a team's page."""
    return f"{TEAMS}/~{team}" if team in RESERVED else f"{TEAMS}/{team}"


def team_in(part: str) -> str:
    """Return the team's id that an address names."""
    return part.removeprefix("~")


def address_of_department(department: str) -> str:
    """Return a department's page."""
    return f"{TEAMS}/departments/{department}"


def department_rows(programme: Programme) -> list[dict[str, Any]]:
    """Return a line for each department."""
    return [
        {
            "name": department.name,
            "address": address_of_department(department.id),
            "teams": len(department.teams),
            "heads": sum(team.headcount for team in department.teams),
        }
        for department in programme.force.departments
    ]


def team_rows(teams: Iterable[Team], with_codes: set[str]) -> list[dict[str, Any]]:
    """Return a line for each team."""
    return [
        {
            "name": team.name,
            "address": address_of_team(team.id),
            "heads": team.headcount,
            "supervisors": team.supervisors,
            "high_stress": team.high_stress,
            "has_code": team.id in with_codes,
        }
        for team in teams
    ]


def found_by(programme: Programme, wanted: str) -> tuple[list[dict[str, Any]], int]:
    """Return the first teams and departments with these words in their names, and how many."""
    folded = " ".join(wanted.split()).casefold()
    found = [
        {"name": each.name, "in": "a department", "address": address_of_department(each.id)}
        for each in programme.force.departments
        if folded in each.name.casefold() or folded == each.id
    ]
    found += [
        {"name": team.name, "in": f"in {each.name}", "address": address_of_team(team.id)}
        for each in programme.force.departments
        for team in each.teams
        if folded in team.name.casefold() or folded == team.id
    ]
    return found[:MOST_FOUND], len(found)


def group_view(team: Team, group: Group | None, names: dict[str, str]) -> dict[str, Any]:
    """Return what the page says of a team's group and its people; never a number of them."""
    if group is None:
        return {
            "shown": "Nothing yet: this team waits for the next list of groups.",
            "with": [],
            "standing": "not yet",
            "at": None,
        }
    others = [names.get(each, each) for each in group.unit.teams if each != team.id]
    standing = {True: "ten or more", False: "not yet", None: "not looked at yet"}
    return {
        "shown": group.unit.name,
        "heads": group.unit.heads,
        "with": others,
        "standing": standing[group.enough],
        "at": group.at,
    }


def notices(asked: Sequence[tuple[Errand, Outcome | None]], now: datetime) -> list[Notice]:
    """Return what came of what was asked about codes."""
    found = []
    for errand, came in asked:
        about = str(errand.kind).capitalize()
        if came is None and now - errand.asked_at < SOON:
            text = "Asked for. It is done within seconds, and this page shows what came of it."
            found.append(Notice(about, text, "waits"))
        elif came is None:
            found.append(Notice(about, LATE, "refused"))
        else:
            found.append(Notice(about, came.sentence, "done" if came.done else "refused"))
    return found


def day_or_none(text: str) -> date | None:
    """Return a day written as year, month and day."""
    try:
        return date.fromisoformat(text) if len(text) == 10 else None
    except ValueError:
        return None


def pages_of(department: Department, asked: int) -> tuple[Sequence[Team], int, int]:
    """Return a page of a department's teams, its number and how many pages there are."""
    pages = max(1, -(-len(department.teams) // A_PAGE))
    page = min(max(asked, 1), pages)
    return department.teams[(page - 1) * A_PAGE : page * A_PAGE], page, pages
