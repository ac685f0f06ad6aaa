"""What a programme must be beyond its own form: instruments that exist, ways to reach help.

The same for a file, for a page and for the way back, so that no door is easier than another.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import date, datetime

from bot.core.calendar import check_spacing, local_day
from bot.core.characters import odd_in_name
from bot.core.directory import contact_problems
from bot.core.disclosure.rules import DisclosureRules
from bot.core.documents import DocumentProblems, Place
from bot.core.errors import InvalidDocument
from bot.core.instruments import Instrument
from bot.core.plain_words import tapped_in
from bot.core.programme import CheckIn, Programme
from bot.core.support import REFUSE_AFTER, Age, SupportEntry, age_of


def check_programme(
    programme: Programme, instruments: Sequence[Instrument], name: str = "programme"
) -> None:
    """Raise when a check-in names no known instrument, is asked of some of the force what is
    only released of all of it, or releases too often."""
    known = {instrument.key: instrument for instrument in instruments}
    for check_in in programme.check_ins:
        if (check_in.instrument, check_in.instrument_version) not in known:
            listed = ", ".join(f"{id_} version {version}" for id_, version in sorted(known))
            raise InvalidDocument(
                document=name,
                problem=f"the check-in {check_in.id} expects one of the instruments {listed},"
                f" got {check_in.instrument} version {check_in.instrument_version}",
            )
        level = known[check_in.instrument, check_in.instrument_version].publication.level
        # What "the force" answered would be what some teams of it answered.
        if level == "force" and check_in.audience != "everyone":
            raise InvalidDocument(
                document=name,
                problem=f"the check-in {check_in.id} expects the audience everyone: results of"
                f" {check_in.instrument} are released for the whole force alone",
            )
        if level == "department" and not _is_of_whole_departments(programme, check_in):
            raise InvalidDocument(
                document=name,
                problem=f"the check-in {check_in.id} expects the audience everyone, or all teams"
                " of one or more departments, two teams or more: results of"
                f" {check_in.instrument} are released for departments, and a part must not"
                " stand for one",
            )
        check_spacing(check_in)


def check_audiences(
    programme: Programme, before: Programme | None = None, name: str = "programme"
) -> None:
    """Raise when a check-in asks so few that nothing of it could ever be shown.

    To ask them would bring no result, and everything around a round would be about a few people.
    What `before` asked of as few is left as it is, or nothing of that programme could be changed.
    """
    least = DisclosureRules.from_settings(programme.disclosure).heads_needed
    known = _few_asked(before, least) if before is not None else {}
    for id_, few in _few_asked(programme, least).items():
        if known.get(id_) != few:
            asked, heads = few
            raise InvalidDocument(
                document=name,
                problem=f"the check-in {id_} expects an audience of {least} heads or more, or"
                f" everyone: {', '.join(sorted(asked))} has {heads}, and nothing could ever be"
                " shown of so few",
            )


def newly_asked(programme: Programme, before: Programme | None) -> dict[str, frozenset[str]]:
    """Return the check-ins that ask some teams, and others than they asked before, with those."""
    known = (
        {} if before is None else {each.id: frozenset(each.audience) for each in before.check_ins}
    )
    return {
        each.id: asked
        for each in programme.check_ins
        if each.audience != "everyone"
        for asked in [frozenset(each.audience)]
        if known.get(each.id) != asked
    }


def check_chosen_alone(
    programme: Programme,
    before: Programme | None,
    fewest: Mapping[str, int],
    name: str = "programme",
) -> None:
    """Raise when one person chooses an audience that was not large enough all the time.

    Heads are what the programme says, so whoever writes them up could make any few large enough
    to be asked. `fewest` has the fewest heads that each team had of late; where a second admin
    approves, or all are asked, today's count.
    """
    least = DisclosureRules.from_settings(programme.disclosure).heads_needed
    heads = {team.id: team.headcount for team in programme.force.teams}
    for id_, asked in newly_asked(programme, before).items():
        together = sum(min(heads[team], fewest.get(team, 0)) for team in asked)
        if together < least:
            raise InvalidDocument(
                document=name,
                problem=f"the check-in {id_} expects an audience that has had {least} heads or"
                f" more for half a year, or a second admin who approves:"
                f" {', '.join(sorted(asked))} had {together}",
            )


def _few_asked(programme: Programme, least: int) -> dict[str, tuple[frozenset[str], int]]:
    """Return the check-ins that ask some teams with too few heads, with teams and heads."""
    heads = {team.id: team.headcount for team in programme.force.teams}
    few = {}
    for check_in in programme.check_ins:
        if check_in.audience != "everyone":
            asked = frozenset(check_in.audience)
            together = sum(heads[team] for team in asked)
            if together < least:
                few[check_in.id] = (asked, together)
    return few


def _is_of_whole_departments(programme: Programme, check_in: CheckIn) -> bool:
    if check_in.audience == "everyone":
        return True
    asked = programme.audience_of(check_in)
    return len(asked) > 1 and all(
        asked.isdisjoint(teams) or asked.issuperset(teams)
        for department in programme.force.departments
        for teams in [{team.id for team in department.teams}]
    )


def contact_places(
    programme: Programme, known: Collection[SupportEntry] = ()
) -> list[tuple[Place, str]]:
    """Return what cannot be right in numbers and links, entries that are `known` left out.

    What is in force was right when it was written: tables of numbers change with the years.
    """
    return [
        (("support", number, problem.field), problem.text)
        for number, entry in enumerate(programme.support)
        if entry not in known
        for problem in contact_problems(entry)
    ]


def age_places(
    programme: Programme, today: date, known: Collection[SupportEntry] = ()
) -> list[tuple[Place, str]]:
    """Return the verifications that are too old to show, or are of a day yet to come."""
    found: list[tuple[Place, str]] = []
    for number, entry in enumerate(programme.support):
        place: Place = ("support", number, "last_verified")
        if entry in known:
            continue
        if entry.last_verified > today:
            found.append((place, "expected a day that has been"))
        elif age_of(entry, today) is Age.TOO_OLD:
            text = f"expected a day of the last {REFUSE_AFTER.days}, got {entry.last_verified}"
            found.append((place, text))
    return found


def plain_places(programme: Programme, before: Programme | None = None) -> list[tuple[Place, str]]:
    """Return the names and titles with something that Telegram would let officers tap.

    What `before` calls so is left as it is, or nothing of that programme could be changed.
    """
    known = {text for _, text in _called(before)} if before is not None else set()
    return [
        (place, f"expected plain words, without a link, an address or a command, got {found}")
        for place, text in _called(programme)
        if text not in known
        for found in [tapped_in(text) or odd_in_name(" ".join(text.split()))]
        if found is not None
    ]


def _called(programme: Programme) -> Iterator[tuple[Place, str]]:
    """Yield every name and title that officers are shown, with its place."""
    yield ("force", "name"), programme.force.name
    for number, department in enumerate(programme.force.departments):
        place: Place = ("force", "departments", number)
        yield (*place, "name"), department.name
        for team_number, team in enumerate(department.teams):
            yield (*place, "teams", team_number, "name"), team.name
    for number, check_in in enumerate(programme.check_ins):
        for language, title in check_in.title.items():
            yield ("check_ins", number, "title", language), title


def check_to_be_saved(
    programme: Programme,
    before: Programme | None,
    instruments: Sequence[Instrument],
    at: datetime,
    name: str = "programme",
) -> Programme:
    """Return a programme read anew, with every check that one to be put in force has to pass.

    Support entries, audiences and names that stand in `before` as they are have passed theirs.
    """
    # However it was put together, it is held to everything that a file is held to.
    checked = Programme.from_mapping(programme.model_dump(), name=name)
    check_programme(checked, instruments, name)
    check_audiences(checked, before, name)
    today = local_day(at, checked.force.timezone)
    known = before.support if before is not None else []
    wrong = [
        *plain_places(checked, before),
        *contact_places(checked, known),
        *age_places(checked, today, known),
    ]
    if wrong:
        raise DocumentProblems(name, wrong)
    return checked
