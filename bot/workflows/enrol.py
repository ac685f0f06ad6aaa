"""Enrolling: from a team's code to an enrolment, and out again without a trace.

Nothing is stored before the officer agrees. A code is looked up by its keyed hash, and an
enrolment is found by the keyed hash of a Telegram id: the database holds neither.
"""

import string
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import Enum

from bot.core.audit import AuditEntry
from bot.core.calendar import local_day
from bot.core.errors import StandEasyError
from bot.core.profiles import Profile
from bot.core.programme import Programme
from bot.core.reporting_units import ReportingUnit, ReportingUnits, form_units
from bot.core.rounds import RoundState
from bot.sealing.address import NONCE_SIZE, AddressKeys
from bot.workflows.catalogue import NoProgramme, parse_programme
from bot.workflows.contact import open_profile
from bot.workflows.follow_up_lookups import erase_all
from bot.workflows.moment import Now, RandomBytes
from storage import (
    deliveries,
    departures,
    enrolment_codes,
    enrolments,
    follow_up_marks,
    programmes,
    rounds,
)
from storage.engine import ReadTransaction, Storage, WriteTransaction
from storage.enrolment_codes import EnrolmentCode
from storage.enrolments import Enrolment
from storage.states import EnrolmentState

CODE_ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Without characters that look alike on a poster."""

CODE_LENGTH = 12
CODE_LIFE = timedelta(days=180)
_ID_SIZE = 16


class CodeProblem(Enum):
    """Why a code does not work."""

    UNKNOWN = "unknown"
    USED_UP = "used up"
    EXPIRED = "expired"
    TEAM_FULL = "team full"
    JOINED_ALREADY = "joined already"
    OTHER_TEAM = "joined with another team"


@dataclass(frozen=True, slots=True)
class Offer:
    """What an officer is shown before agreeing."""

    team: str
    unit: ReportingUnit


class NoSuchTeam(StandEasyError):
    """There is no team {team}: expected one of {teams}."""


class NotANumberOfUses(StandEasyError):
    """A code needs at least one use: got {uses}."""


def tidy_code(text: str) -> str:
    """Return a code as it is stored: people type spaces, dashes and small letters."""
    return "".join(char for char in text.upper() if char in string.ascii_uppercase + string.digits)


async def look_up_code(
    storage: Storage, keys: AddressKeys, telegram_id: int, code: str, now: Now
) -> Offer | CodeProblem:
    """Return what a code offers, or why it does not work. Nothing is stored."""
    async with storage.read("look up code") as tx:
        programme = await _programme(tx)
        known = await enrolments.by_lookup(tx, keys.lookup(telegram_id))
        found = await _usable(tx, keys, code, local_day(now(), programme.force.timezone))
        if known is not None:
            other = not isinstance(found, CodeProblem) and found.team != known.team
            return CodeProblem.OTHER_TEAM if other else CodeProblem.JOINED_ALREADY
        if isinstance(found, CodeProblem):
            return found
        if await _is_full(tx, programme, found.team):
            return CodeProblem.TEAM_FULL
        unit = await unit_of(tx, programme, found.team)
    return Offer(programme.team(found.team).name, unit)


async def unit_of(tx: ReadTransaction, programme: Programme, team: str) -> ReportingUnit:
    """Return the smallest group a team's answers count in, as open rounds hold it."""
    held = []
    for row in await rounds.in_state(tx, RoundState.OPEN):
        units = ReportingUnits.from_json(row.units)
        position = units.position_of_team(team)
        # What counts for the whole force alone says nothing of where the rest counts.
        if position is not None and not units.is_whole_force:
            held.append(units.units[position])
    if not held:
        units = form_units(programme, [each.id for each in programme.force.teams])
        held = [unit for unit in units.units if team in unit.teams]
    return min(held, key=lambda unit: unit.heads)


async def join(
    storage: Storage,
    keys: AddressKeys,
    profile: Profile,
    code: str,
    now: Now,
    random: RandomBytes,
) -> bool | CodeProblem:
    """Enrol an officer who agreed; False when they had joined before (it resumes then)."""
    async with storage.transaction("join") as tx:
        # One at a time: two that both see the last place free would overfill the team, and
        # agreeing twice would take two uses of the code.
        await tx.queue_for("join")
        programme = await _programme(tx)
        lookup = keys.lookup(profile.telegram_id)
        known = await enrolments.lock_by_lookup(tx, lookup)
        if known is not None:
            await _write_again(tx, keys, known, random)
            return False
        today = local_day(now(), programme.force.timezone)
        found = await _usable(tx, keys, code, today)
        if isinstance(found, CodeProblem):
            return found
        if await _is_full(tx, programme, found.team):
            return CodeProblem.TEAM_FULL
        team = await enrolment_codes.take_use(tx, found.digest, today)
        if team is None:
            return CodeProblem.USED_UP
        enrolment_id = random(_ID_SIZE)
        sealed = keys.seal_profile(profile.to_bytes(), enrolment_id, random(NONCE_SIZE))
        return await enrolments.add(tx, Enrolment(enrolment_id, lookup, sealed, team))


async def amend_profile(
    storage: Storage,
    keys: AddressKeys,
    telegram_id: int,
    random: RandomBytes,
    **changes: object,
) -> bool:
    """Change fields of an officer's profile; False when there is no enrolment."""
    async with storage.transaction("amend profile") as tx:
        known = await enrolments.lock_by_lookup(tx, keys.lookup(telegram_id))
        if known is None:
            return False
        profile = Profile.from_bytes(keys.open_profile(known.profile, known.id))
        amended = replace(profile, **changes)  # type: ignore[arg-type]  # fields of Profile
        sealed = keys.seal_profile(amended.to_bytes(), known.id, random(NONCE_SIZE))
        return await enrolments.update_profile(tx, known.id, sealed)


class Resumed(Enum):
    """What coming back without a code found."""

    NOT_ENROLLED = "not enrolled"
    ACTIVE = "active"
    RESUMED = "resumed"


async def resume(
    storage: Storage, keys: AddressKeys, telegram_id: int, random: RandomBytes
) -> Resumed:
    """Write to an officer again who had stopped, or left too many rounds unanswered."""
    async with storage.transaction("resume") as tx:
        known = await enrolments.lock_by_lookup(tx, keys.lookup(telegram_id))
        if known is None:
            return Resumed.NOT_ENROLLED
        await _write_again(tx, keys, known, random)
        active = known.state is EnrolmentState.ACTIVE
        return Resumed.ACTIVE if active else Resumed.RESUMED


async def _write_again(
    tx: WriteTransaction, keys: AddressKeys, known: Enrolment, random: RandomBytes
) -> None:
    if known.state is not EnrolmentState.ACTIVE:
        await enrolments.set_state(tx, known.id, EnrolmentState.ACTIVE)
    profile = open_profile(keys, known.profile, known.id)
    # Somebody who comes back is there: rounds left unanswered count anew.
    if profile is not None and (profile.ignored or profile.asked_to_carry_on):
        back = replace(profile, ignored=0, asked_to_carry_on=False)
        sealed = keys.seal_profile(back.to_bytes(), known.id, random(NONCE_SIZE))
        await enrolments.update_profile(tx, known.id, sealed)


async def stop(storage: Storage, keys: AddressKeys, telegram_id: int) -> bool:
    """Send nothing more, nor what was asked for; False when they have not joined.

    The enrolment stays, so that coming back needs no code.
    """
    # No trail: nothing may lead from an enrolment to follow-ups.
    async with storage.transaction("stop", leaves_trail=False) as tx:
        known = await enrolments.by_lookup(tx, keys.lookup(telegram_id))
        await erase_all(tx, keys, telegram_id)
        if known is None:
            return False
        return await enrolments.set_state(tx, known.id, EnrolmentState.STOPPED)


async def forget(storage: Storage, keys: AddressKeys, telegram_id: int) -> bool:
    """Erase everything held about an officer; False when nothing was."""
    async with storage.transaction("forget") as tx:
        known = await enrolments.by_lookup(tx, keys.lookup(telegram_id))
        erased = known is not None and await erase_enrolment(tx, known.id, known.team)
        erased |= await erase_all(tx, keys, telegram_id) > 0
        # Behind the messages and whoever joins: an answer that is being sealed has taken one or
        # queued there, and is waited for.
        open_rounds = await rounds.in_state(tx, RoundState.OPEN)
        marks = [keys.follow_up_mark(row.id, telegram_id) for row in open_rounds]
        erased |= await follow_up_marks.erase(tx, marks) > 0
    if erased:
        # Deleted rows must not linger in a log file of the database either.
        await storage.tidy()
    return erased


async def erase_enrolment(tx: WriteTransaction, enrolment_id: bytes, team: str) -> bool:
    """Erase an enrolment with all that hangs on it; False when it was gone.

    Where it was asked in a prompt that can still be answered, its unit has had a departure:
    whoever joins there now waits for the next prompt (docs/decisions/0006).
    """
    # Behind whoever joins: a first check-in given between this look and the end would be
    # erased without a note.
    await tx.queue_for("join")
    asked = await deliveries.of_enrolment(tx, enrolment_id)
    for row in await rounds.in_state(tx, RoundState.OPEN):
        unit = ReportingUnits.from_json(row.units).position_of_team(team)
        for delivery in asked:
            # Earlier prompts can no longer be answered; a later one is being planned.
            open_now = delivery.round == row.id and delivery.prompt >= row.prompts_opened - 1
            if open_now and unit is not None:
                await departures.note(tx, row.id, delivery.prompt, unit)
    return await enrolments.erase(tx, enrolment_id)


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
        programme = await _programme(tx)
        teams = {each.id: each for each in programme.force.teams}
        if team not in teams:
            raise NoSuchTeam(team=team, teams=", ".join(teams))
        code = new_code(random)
        uses = teams[team].headcount if uses is None else uses
        expires_on = local_day(now(), programme.force.timezone) + CODE_LIFE
        await enrolment_codes.add(
            tx,
            EnrolmentCode(keys.code_digest(code), team, uses, expires_on),
            AuditEntry(actor, "issue code", f"team {team}", f"{uses} uses until {expires_on}"),
            now(),
        )
    return code, uses, expires_on


def new_code(random: RandomBytes) -> str:
    """Return a code that cannot be guessed: 12 characters of 30, about 58 bits."""
    code = ""
    while len(code) < CODE_LENGTH:
        # Bytes that do not divide evenly are thrown away, so that no character is likelier.
        code += "".join(
            CODE_ALPHABET[byte % len(CODE_ALPHABET)]
            for byte in random(CODE_LENGTH)
            if byte < 256 - 256 % len(CODE_ALPHABET)
        )
    return code[:CODE_LENGTH]


async def _programme(tx: ReadTransaction) -> Programme:
    newest = await programmes.newest(tx)
    if newest is None:
        raise NoProgramme
    return parse_programme(newest.content)


async def _usable(
    tx: ReadTransaction, keys: AddressKeys, code: str, today: date
) -> EnrolmentCode | CodeProblem:
    found = await enrolment_codes.find(tx, keys.code_digest(tidy_code(code)))
    if found is None:
        return CodeProblem.UNKNOWN
    if found.expires_on < today:
        return CodeProblem.EXPIRED
    return found if found.uses_left else CodeProblem.USED_UP


async def _is_full(tx: ReadTransaction | WriteTransaction, programme: Programme, team: str) -> bool:
    """Whether a team has as many enrolments as heads: more could only be invented people."""
    try:
        headcount = programme.team(team).headcount
    except KeyError:
        return True
    # Whoever stopped can come back without a code, and counts until they erase everything.
    return await enrolments.number_in(tx, team) >= headcount
