"""Enrolment codes: what lets a team's people in, and what it shows them before they agree.

A code is stored as its keyed hash alone; who lost it needs a new one.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from enum import Enum

from bot.core.audit import AuditEntry
from bot.core.calendar import local_day
from bot.core.errors import StandEasyError
from bot.core.programme import Programme
from bot.core.reporting_units import ReportingUnit, form_units
from bot.core.rounds import RoundState
from bot.core.support import lacking
from bot.core.team_codes import new_team_code, tidy_code
from bot.sealing.address import AddressKeys
from bot.workflows.catalogue import NoProgramme, in_force, parse_programme, units_of
from bot.workflows.headcounts import most_heads
from bot.workflows.moment import Now, RandomBytes
from storage import enrolment_codes, enrolments, rounds
from storage.engine import ReadTransaction, Storage
from storage.enrolment_codes import EnrolmentCode

CODE_LIFE = timedelta(days=180)
LONGEST_CODE = 64


class CodeProblem(Enum):
    """Why a code does not work."""

    UNKNOWN = "unknown"
    USED_UP = "used up"
    EXPIRED = "expired"
    TEAM_FULL = "team full"
    JOINED_ALREADY = "joined already"
    OTHER_TEAM = "joined with another team"
    NOT_YET = "the force has not said where help is"


@dataclass(frozen=True, slots=True)
class Offer:
    """What an officer is shown before agreeing."""

    team: str
    unit: ReportingUnit
    waiting: bool = False
    """Whether the team is asked nothing yet, being new and too small."""


class NoSuchTeam(StandEasyError):
    """There is no team {team}: expected one of {teams}."""


class NotANumberOfUses(StandEasyError):
    """A code needs at least one use: got {uses}."""


async def look_up_code(
    storage: Storage, keys: AddressKeys, telegram_id: int, code: str, now: Now
) -> Offer | CodeProblem:
    """Return what a code offers, or why it does not work. Nothing is stored."""
    async with storage.read("look up code") as tx:
        programme = await current_programme(tx)
        known = await enrolments.by_lookup(tx, keys.lookup(telegram_id))
        found = await usable(tx, keys, code, local_day(now(), programme.force.timezone))
        if known is not None:
            other = not isinstance(found, CodeProblem) and found.team != known.team
            return CodeProblem.OTHER_TEAM if other else CodeProblem.JOINED_ALREADY
        if isinstance(found, CodeProblem):
            return found
        if lacking(programme.support):
            return CodeProblem.NOT_YET
        if await is_full(storage, tx, programme, found.team, now):
            return CodeProblem.TEAM_FULL
        unit = await unit_of(tx, programme, found.team)
        waiting = await is_waiting(tx, found.team)
    return Offer(programme.team(found.team).name, unit, waiting)


async def unit_of(tx: ReadTransaction, programme: Programme, team: str) -> ReportingUnit:
    """Return the smallest group a team's answers count in, as open rounds hold it."""
    held = []
    for row in await rounds.in_state(tx, RoundState.OPEN):
        units = units_of(row)
        if units is None or units.is_whole_force:
            # What counts for the whole force alone says nothing of where the rest counts.
            continue
        position = units.position_of_team(team)
        if position is not None:
            held.append(units.units[position])
    if not held:
        units = form_units(programme, [each.id for each in programme.force.teams])
        held = [unit for unit in units.units if team in unit.teams]
    return min(held, key=lambda unit: unit.heads)


async def is_waiting(tx: ReadTransaction, team: str) -> bool:
    """Whether a team is new and too small, so that open rounds leave it out."""
    open_rounds = [units_of(row) for row in await rounds.in_state(tx, RoundState.OPEN)]
    by_unit = [units for units in open_rounds if units and not units.is_whole_force]
    asked = any(units.position_of_team(team) is not None for units in by_unit)
    return not asked and any(team in units.waiting for units in by_unit)


async def issue_code(
    storage: Storage,
    keys: AddressKeys,
    team: str,
    uses: int | None,
    now: Now,
    random: RandomBytes,
    actor: str,
) -> tuple[str, int, date]:
    """Make an enrolment code for a team; return it with its uses and its last day.

    The code itself is stored nowhere. Without a number, it has a use for each head.
    """
    if uses is not None and uses < 1:
        raise NotANumberOfUses(uses=uses)
    async with storage.transaction("issue code") as tx:
        programme = await current_programme(tx)
        teams = {each.id: each for each in programme.force.teams}
        if team not in teams:
            raise NoSuchTeam(team=team, teams=", ".join(teams))
        code = new_team_code(random)
        uses = teams[team].headcount if uses is None else uses
        expires_on = local_day(now(), programme.force.timezone) + CODE_LIFE
        await enrolment_codes.add(
            tx,
            EnrolmentCode(keys.code_digest(code), team, uses, expires_on),
            AuditEntry(actor, "issue code", f"team {team}", f"{uses} uses until {expires_on}"),
            now(),
        )
    return code, uses, expires_on


async def current_programme(tx: ReadTransaction) -> Programme:
    """Return the newest programme."""
    newest = await in_force(tx)
    if newest is None:
        raise NoProgramme
    return parse_programme(newest.content)


async def usable(
    tx: ReadTransaction, keys: AddressKeys, code: str, today: date
) -> EnrolmentCode | CodeProblem:
    """Return a code that lets somebody in today, or why it does not."""
    tidied = tidy_code(code)
    # Longer than any code is none: no time is spent on hashing what somebody pasted.
    if len(tidied) > LONGEST_CODE:
        return CodeProblem.UNKNOWN
    found = await enrolment_codes.find(tx, keys.code_digest(tidied))
    if found is None:
        found = await enrolment_codes.find(tx, keys.former_code_digest(tidied))
    if found is None:
        return CodeProblem.UNKNOWN
    if found.expires_on < today:
        return CodeProblem.EXPIRED
    return found if found.uses_left else CodeProblem.USED_UP


async def is_full(
    storage: Storage, tx: ReadTransaction, programme: Programme, team: str, now: Now
) -> bool:
    """Whether a team has as many enrolments as it had heads: more were invented people.

    By the most heads of half a year: see `headcounts`.
    """
    if not any(each.id == team for each in programme.force.teams):
        return True
    # Whoever stopped can come back without a code, and counts until they erase everything.
    return await enrolments.number_in(tx, team) >= await most_heads(storage, tx, team, now())
