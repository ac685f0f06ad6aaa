"""Codes of teams: making, listing, revoking and rotating them.

Nobody who makes codes learns who used them: no list says how often a code was used or whether
it is used up, and no code can be made for so few that its use would point at somebody.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import lru_cache
from typing import Final

from bot.core.audit import AuditEntry
from bot.core.calendar import local_day
from bot.core.errors import StandEasyError
from bot.core.programme import (
    SMALLEST_HEADS,
    SMALLEST_THRESHOLD,
    Department,
    Programme,
    Team,
)
from bot.core.reporting_units import ReportingUnit, ReportingUnits, form_units
from bot.core.rounds import RoundState
from bot.core.team_codes import hash_of, new_team_code
from bot.sealing.address import AddressKeys
from bot.workflows.codes import CODE_LIFE, NoSuchTeam, current_programme
from bot.workflows.moment import Now, RandomBytes
from storage import audit, enrolment_codes, enrolments, rounds
from storage.engine import ReadTransaction, Storage, WriteTransaction
from storage.enrolment_codes import EnrolmentCode, id_of
from storage.rounds import Round

LONGEST_LIFE: Final = timedelta(days=366)
LOOKED_THROUGH: Final = 50
"""Of so many rounds the last that reported by group is looked for."""

LEAST_USES: Final = SMALLEST_THRESHOLD
"""Of a small team, too: heads are lowered and raised again within minutes."""


class TooFewUses(StandEasyError):
    """A code for {team} needs at least {least} uses: got {uses}."""

    hint = "Whether a code for a few was used would say whether somebody joined."


class NotItsLastDay(StandEasyError):
    """A code's last day is expected between {first} and {last}: got {given}."""


class NoSuchCode(StandEasyError):
    """No code that works has this id: expected one that codes list shows."""

    # The id is not repeated: somebody may have given the code itself.


@dataclass(frozen=True, slots=True)
class HashedCode:
    """A new code as it leaves the hands of whoever made it, to be keyed."""

    team: str
    hashed: bytes
    uses: int
    expires_on: date


@dataclass(frozen=True, slots=True)
class MadeCode:
    """A new code; it is stored as its keyed hash alone, so this is the one time it is seen."""

    team: Team
    code: str = field(repr=False)
    uses: int
    expires_on: date

    @property
    def hashed(self) -> HashedCode:
        """The code as it may lie about."""
        return HashedCode(self.team.id, hash_of(self.code), self.uses, self.expires_on)


@dataclass(frozen=True, slots=True)
class TeamLine:
    """What may be known of a team: its codes, and whether ten or more joined its group."""

    team: Team
    group: str
    """What its answers are shown as; empty when it waits for the next list of groups."""
    codes: tuple[tuple[str, date], ...]
    """(id, last day) of each code that works."""
    enough: bool


async def prepare(
    storage: Storage,
    teams: Sequence[str],
    uses: int | None,
    expires_on: date | None,
    now: Now,
    random: RandomBytes,
) -> list[MadeCode]:
    """Return new codes for teams, or for all when none is named; nothing is stored yet."""
    async with storage.read("prepare codes") as tx:
        programme = await current_programme(tx)
    today = local_day(now(), programme.force.timezone)
    last = today + CODE_LIFE if expires_on is None else expires_on
    _check_life(last, today)
    made = []
    for team in _named(programme, teams):
        if uses is not None:
            _check_uses(team, uses)
        number = ordinary_uses(team) if uses is None else uses
        made.append(MadeCode(team, new_team_code(random), number, last))
    return made


def _check_life(last: date, today: date) -> None:
    if not today <= last <= today + LONGEST_LIFE:
        raise NotItsLastDay(first=today, last=today + LONGEST_LIFE, given=last)


def _check_uses(team: Team, uses: int) -> None:
    if uses < LEAST_USES:
        raise TooFewUses(team=team.id, least=LEAST_USES, uses=uses)


def ordinary_uses(team: Team) -> int:
    """Return for how many a code of a team is made where nobody says otherwise."""
    return max(LEAST_USES, team.headcount)


def _named(programme: Programme, teams: Sequence[str]) -> list[Team]:
    known = {team.id: team for team in programme.force.teams}
    for team in teams:
        if team not in known:
            raise NoSuchTeam(team=team, teams=", ".join(list(known)[:20]))
    return [known[team] for team in dict.fromkeys(teams)] if teams else list(known.values())


async def keep(
    storage: Storage,
    keys: AddressKeys,
    made: Sequence[MadeCode],
    now: Now,
    actor: str,
    *,
    rotate: bool = False,
) -> int:
    """Let new codes work, all of them or none; return how many old ones were revoked.

    To rotate is to revoke every other code of these teams in the same transaction.
    """
    hashed = [each.hashed for each in made]
    return await keep_hashed(storage, keys, hashed, now, actor, rotate=rotate)


async def keep_hashed(
    storage: Storage,
    keys: AddressKeys,
    made: Sequence[HashedCode],
    now: Now,
    actor: str,
    *,
    rotate: bool = False,
) -> int:
    """See `keep`; for codes that were made by whoever holds no key, and checked anew."""
    async with storage.transaction("keep codes") as tx:
        programme = await current_programme(tx)
        today = local_day(now(), programme.force.timezone)
        # A team may have gone since the codes were made.
        for team, each in zip(_in_order(programme, made), made, strict=True):
            _check_life(each.expires_on, today)
            _check_uses(team, each.uses)
        revoked = 0
        if rotate:
            theirs = {each.team for each in made}
            old = [code for code in await enrolment_codes.working(tx, today) if code.team in theirs]
            await _revoke(tx, old, today, now, actor)
            revoked = len(old)
        for each in made:
            digest = keys.hashed_code_digest(each.hashed)
            detail = f"{each.uses} uses until {each.expires_on}, id {id_of(digest)}"
            entry = AuditEntry(actor, "issue code", f"team {each.team}", detail)
            code = EnrolmentCode(digest, each.team, each.uses, each.expires_on)
            await enrolment_codes.add(tx, code, entry, now())
    return revoked


def _in_order(programme: Programme, made: Sequence[HashedCode]) -> list[Team]:
    known = {team.id: team for team in _named(programme, [each.team for each in made])}
    return [known[each.team] for each in made]


async def revoke(storage: Storage, code_id: str, now: Now, actor: str) -> str:
    """Make the code with this id stop working; return its team. Whoever joined stays."""
    async with storage.transaction("revoke code") as tx:
        programme = await current_programme(tx)
        today = local_day(now(), programme.force.timezone)
        found = [
            code
            for code in await enrolment_codes.working(tx, today)
            if id_of(code.digest) == code_id.strip().lower()
        ]
        if not found:
            raise NoSuchCode
        await _revoke(tx, found, today, now, actor)
    return found[0].team


async def _revoke(
    tx: WriteTransaction, codes: Sequence[EnrolmentCode], today: date, now: Now, actor: str
) -> None:
    # Not deleted: whoever comes with it is told that it has run out, not that it never was.
    if codes:
        await enrolment_codes.expire(tx, [code.digest for code in codes], today - timedelta(days=1))
    for code in codes:
        detail = f"id {id_of(code.digest)}"
        await audit.append(tx, AuditEntry(actor, "revoke code", f"team {code.team}", detail), now())


async def list_teams(storage: Storage, now: Now, team: str | None = None) -> list[TeamLine]:
    """Return every team, or one, with its codes and whether enough people joined."""
    async with storage.read("teams") as tx:
        programme = await current_programme(tx)
        wanted = _named(programme, [team] if team is not None else [])
        today = local_day(now(), programme.force.timezone)
        working = await enrolment_codes.working(tx, today)
        joined = await enrolments.numbers(tx)
        groups = await groups_by_team(tx, programme)
    codes: dict[str, list[tuple[str, date]]] = {}
    for code in working:
        codes.setdefault(code.team, []).append((id_of(code.digest), code.expires_on))
    return [
        TeamLine(
            each,
            group.name if group else "",
            tuple(codes.get(each.id, ())),
            group is not None and is_enough(group, joined),
        )
        for each in wanted
        for group in [groups.get(each.id)]
    ]


def is_enough(group: ReportingUnit, joined: Mapping[str, int]) -> bool:
    """Whether the people that the floors ask for joined a group; `joined` is by team.

    The floors that nobody can change, whatever a programme raised them to: whoever could try one
    after the other would count the people of a group with them.
    """
    # Of the group and never of the team: no group is under the floor.
    number = sum(joined.get(member, 0) for member in group.teams)
    return group.heads >= SMALLEST_HEADS and number >= SMALLEST_THRESHOLD


async def groups_by_team(
    tx: ReadTransaction, programme: Programme, department: Department | None = None
) -> dict[str, ReportingUnit]:
    """Return the smallest group that each team counts in: as open rounds hold it.

    Where none does, as the last one that reported by group held it; before the first, as today.
    Groups that followed every change of teams would be added up and subtracted. Of the teams of
    one department, or of all; no group has teams of two.
    """
    lists = _by_group(await rounds.in_state(tx, RoundState.OPEN))
    lists = lists or _by_group(await rounds.lately_opened(tx, LOOKED_THROUGH))[:1]
    if not lists:
        teams = programme.force.teams if department is None else department.teams
        lists = [form_units(programme, [team.id for team in teams])]
    groups: dict[str, ReportingUnit] = {}
    for unit in (unit for units in lists for unit in units.units):
        for team in unit.teams:
            if team not in groups or unit.heads < groups[team].heads:
                groups[team] = unit
    return groups


def _by_group(held: Sequence[Round]) -> list[ReportingUnits]:
    read = (_read_units(row.units) for row in held)
    return [units for units in read if not units.is_whole_force]


@lru_cache(maxsize=16)
def _read_units(text: str) -> ReportingUnits:
    return ReportingUnits.from_json(text)
