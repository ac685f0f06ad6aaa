"""The catalogue: what must be known to answer a tap, read once and kept in memory.

With it a tap needs no database until the answers are sealed, and help and the support menu
are there when the database is not.
"""

import logging
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, time

from bot.core.calendar import RoundPlan, instant, plan_opening, prompt_expires_on
from bot.core.documents import Document
from bot.core.errors import StandEasyError
from bot.core.extensions import latest_close, rounds_after
from bot.core.instruments import Instrument
from bot.core.programme import CheckIn, Programme
from bot.core.reporting_units import ReportingUnits
from bot.core.responses import round_reference
from bot.core.rounds import RoundState
from bot.core.support import SupportEntry
from bot.workflows.replies import Finding, findings
from storage import programmes, rounds
from storage.engine import ReadTransaction, Storage
from storage.programmes import StoredProgramme, VersionLabel
from storage.rounds import Round

log = logging.getLogger(__name__)

MIDNIGHT = time(0, 0)


class NoProgramme(StandEasyError):
    """There is no programme yet."""

    hint = "Load one with: python -m bot programme load FILE"


class NoInstrument(StandEasyError):
    """The instrument {instrument} version {version} is not known to this program."""

    hint = "Every wording that a round was asked with must stay; restore its file."


class UnreadableRound(StandEasyError):
    """The row of the round {round} cannot be read."""

    hint = (
        "Restore the database from a backup in which it can. Where none has it, a round that is"
        " closed can be abandoned with --unreadable."
    )


CANNOT_BE_READ = (UnreadableRound, NoProgramme)
"""What is wrong with a round's row itself: it may name a version that there is not."""

Instruments = Mapping[tuple[str, int], Instrument]


@dataclass(frozen=True, slots=True)
class RoundInView:
    """A round with everything that belongs to it, as it was frozen when it opened."""

    row: Round
    programme: Programme
    check_in: CheckIn
    instrument: Instrument
    plan: RoundPlan
    units: ReportingUnits
    findings: tuple[Finding, ...] = ()
    """Of the check-in's newest release, with what a lead replied; the newest reply first."""

    @property
    def id(self) -> str:
        """The round's id."""
        return self.row.id

    @property
    def reference(self) -> bytes:
        """What buttons carry instead of the id."""
        return round_reference(self.row.id)

    @property
    def timezone(self) -> str:
        """The force's time zone."""
        return self.programme.force.timezone

    def begins_at(self, prompt: int) -> datetime:
        """Return the start of the local day on which a prompt begins to ask."""
        return instant(self.plan.prompts[prompt], MIDNIGHT, self.timezone)

    def expires_at(self, prompt: int) -> datetime:
        """Return the instant from which a prompt can no longer be answered."""
        if not self.check_in.invites:
            # Whoever starts it by themselves has no message that grows old.
            return self.row.closes_at
        if prompt == len(self.plan.prompts) - 1:
            # As planned, or later where the round was extended.
            return self.row.closes_at
        end = instant(prompt_expires_on(self.plan, prompt), MIDNIGHT, self.timezone)
        return min(end, self.row.closes_at)

    def takes_answers(self, prompt: int, now: datetime) -> bool:
        """Whether a prompt can be answered now."""
        return (
            self.row.state is RoundState.OPEN
            and prompt < len(self.plan.prompts)
            and self.begins_at(prompt) <= now
            and now < self.expires_at(prompt)
        )

    def finding_for(self, unit: int) -> Finding | None:
        """Return what is shown to a unit: only findings about a group it is wholly part of."""
        teams = set(self.units.units[unit].teams)
        return next((each for each in self.findings if teams <= each.teams), None)

    def context(self) -> bytes:
        """Return what draft tokens of this round are bound to."""
        identity = f"{self.id}\n{self.instrument.id}\n{self.instrument.version}"
        return identity.encode()


@dataclass(frozen=True, slots=True)
class Catalogue:
    """Rounds by the reference in a button, and the support directory."""

    rounds: Mapping[bytes, RoundInView]
    programme: Programme | None
    support: tuple[SupportEntry, ...]
    """The force's own entries first: they are nearer."""

    def round_of(self, reference: bytes) -> RoundInView | None:
        """Return the round a button belongs to; None when it is long gone."""
        return self.rounds.get(reference)


def empty_catalogue(national: Sequence[SupportEntry]) -> Catalogue:
    """Return what is known before the database was ever reached: help."""
    return Catalogue({}, None, tuple(national))


async def read_catalogue(
    storage: Storage, instruments: Instruments, national: Sequence[SupportEntry]
) -> Catalogue:
    """Return the present catalogue: open rounds, and those whose buttons may still be about."""
    async with storage.read("catalogue") as tx:
        newest = await in_force(tx)
        in_use = await rounds.in_state(tx, RoundState.OPEN, RoundState.CLOSED, RoundState.RELEASED)
        views = await views_of(tx, in_use, instruments)
        replied = await findings(tx)
    views = [replace(view, findings=replied.get(view.check_in.id, ())) for view in views]
    programme = parse_programme(newest.content) if newest else None
    own = programme.support if programme else []
    return Catalogue({view.reference: view for view in views}, programme, (*own, *national))


async def view_of(tx: ReadTransaction, row: Round, instruments: Instruments) -> RoundInView:
    """Return a round with its programme version, instrument and plan."""
    stored = await programmes.at_version(tx, row.programme_version)
    if stored is None:
        raise NoProgramme
    try:
        programme = parse_programme(stored.content)
        check_in = programme.check_in(row.check_in)
        plan = plan_opening(check_in, row.opens_on)
        units = ReportingUnits.from_json(row.units, {team.id for team in programme.force.teams})
    except Exception as error:
        # A text that is no list, brackets in brackets, a day that has none after it, and so on.
        raise UnreadableRound(round=row.id) from error
    key = (check_in.instrument, check_in.instrument_version)
    if key not in instruments or plan is None:
        raise NoInstrument(instrument=key[0], version=key[1])
    latest = _latest_end(programme, check_in, plan)
    row = replace(
        row,
        closes_at=min(row.closes_at, latest),
        prompts_opened=prompts_opened(row, plan),
    )
    return RoundInView(row, programme, check_in, instruments[key], plan, units)


def prompts_opened(row: Round, plan: RoundPlan) -> int:
    """Return how many prompts have had their deliveries made; none, where that cannot be so.

    Whoever has a delivery of a prompt is not asked again, so nothing is lost by beginning anew.
    """
    return row.prompts_opened if 0 <= row.prompts_opened <= len(plan.prompts) else 0


def _latest_end(programme: Programme, check_in: CheckIn, plan: RoundPlan) -> datetime:
    """Return when a round ends at the latest, however often it was extended."""
    closes_on = plan.closes_on
    if check_in.invites:
        # Nothing else is ever extended. Whatever later moment stands in the row, somebody wrote
        # it past the program.
        latest, _ = latest_close(plan, rounds_after(check_in, plan, closes_on))
        closes_on = max(closes_on, latest)
    return instant(closes_on, MIDNIGHT, programme.force.timezone)


async def latest_end(tx: ReadTransaction, row: Round) -> datetime:
    """Return when a round ends, or the latest moment at which it may where its row says later."""
    stored = await programmes.at_version(tx, row.programme_version)
    try:
        if stored is None:
            return row.closes_at
        programme = parse_programme(stored.content)
        check_in = programme.check_in(row.check_in)
        plan = plan_opening(check_in, row.opens_on)
    except Exception:
        # It is named as one that cannot be read.
        return row.closes_at
    if plan is None:
        return row.closes_at
    return min(row.closes_at, _latest_end(programme, check_in, plan))


async def views_of(
    tx: ReadTransaction, rows: Iterable[Round], instruments: Instruments
) -> list[RoundInView]:
    """Return the rounds that can be read; one that cannot is logged and holds up no other."""
    views = []
    for row in rows:
        try:
            views.append(await view_of(tx, row, instruments))
        except (NoProgramme, NoInstrument, UnreadableRound) as error:
            log.error("round %s is left as it is: %s %s", row.id, error, error.hint)
    return views


_readable_rows: set[tuple[Round, int]] = set()
"""Rounds that were read: of one that is under way, what is read here never changes."""


async def unreadable(tx: ReadTransaction, rows: Iterable[Round]) -> list[str]:
    """Return the ids of rounds that cannot be read, whatever wordings this process knows."""
    found = []
    for row in rows:
        known = replace(row, units=""), hash(row.units)
        if known in _readable_rows:
            continue
        try:
            await view_of(tx, row, {})
        except CANNOT_BE_READ:
            found.append(row.id)
        except NoInstrument:
            # Of the wordings this look knows none: the row can be read.
            if len(_readable_rows) > 1_000:
                _readable_rows.clear()
            _readable_rows.add(known)
    return found


def units_of(row: Round) -> ReportingUnits | None:
    """Return a round's groups; None, and it is logged, where nobody can read them."""
    try:
        return ReportingUnits.from_json(row.units)
    except Exception as error:
        log.error("round %s cannot be read: %s", row.id, type(error).__name__)
        return None


_parsed: dict[str, Programme] = {}


def parse_programme(content: str) -> Programme:
    """Return a stored programme; versions never change, so each is read once."""
    if content not in _parsed:
        if len(_parsed) > 32:
            _parsed.clear()
        _parsed[content] = Programme.model_validate_json(content)
    return _parsed[content]


_unreadable: set[int] = set()
"""Hashes of contents that were told of: whoever looks every few seconds says so once."""


def is_readable(content: str) -> bool:
    """Whether a stored programme can be read."""
    if hash(content) in _unreadable:
        return False
    try:
        parse_programme(content)
    except Exception as error:
        # Whoever holds the dashboard's account writes here what they like.
        if len(_unreadable) > 10_000:
            _unreadable.clear()
        _unreadable.add(hash(content))
        log.error("a version of the programme cannot be read: %s", type(error).__name__)
        return False
    return True


_passed: set[VersionLabel] = set()
"""Versions that cannot be read: large ones are not fetched again at every look."""

_AT_ONCE = 100


async def in_force(tx: ReadTransaction) -> StoredProgramme | None:
    """Return the version in force: the newest one that can be read."""
    if not _passed:
        stored = await programmes.newest(tx)
        if stored is None or is_readable(stored.content):
            return stored
    before: int | None = None
    while labels := await programmes.labels(tx, most=_AT_ONCE, before=before):
        for label in labels:
            if label in _passed:
                continue
            stored = await programmes.at_version(tx, label.version)
            if stored is not None and is_readable(stored.content):
                return stored
            if len(_passed) > 10_000:
                _passed.clear()
            _passed.add(label)
        before = labels[-1].version
    return None


async def version_in_force(tx: ReadTransaction) -> int:
    """Return the number of the version in force; 0 where there is none yet."""
    stored = await in_force(tx)
    return 0 if stored is None else stored.version


def stored_form(document: Document) -> str:
    """Return the text under which a document is stored."""
    return document.model_dump_json()
