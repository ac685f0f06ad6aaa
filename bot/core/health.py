"""Is everything well? What is looked at, and the conditions that somebody must act on.

Nothing here is about a person, a team or an answer, so all of it may be shown, counted by a
monitor and sent by mail.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Final

from bot.core.health_parts import NOTHING_UNDONE, EntryAge, GrowthNote, NextRound, Undone
from bot.core.support import REFUSE_AFTER, Age
from bot.core.vitals import EVERYTHING, PARTS, TICKS_WITHIN, Trouble, Vitals

STOPPED_AFTER: Final = timedelta(minutes=10)
FORGOTTEN_AFTER: Final = timedelta(days=7)
"""A process that did not tick for so long was taken out of use."""

TROUBLE_LASTS: Final = timedelta(minutes=10)
REFUSED_SOON: Final = timedelta(days=14)
"""How long before an entry stops the start somebody is told daily."""

LATE_AFTER: Final = timedelta(minutes=10)
UNDONE_AFTER: Final = timedelta(minutes=10)
"""How long what was asked for at the dashboard may wait to be begun."""

A_DAY: Final = timedelta(days=1)
A_WEEK: Final = timedelta(days=7)
BACKUP_WITHIN: Final = timedelta(days=7)
FORGOTTEN_PAUSE: Final = timedelta(days=3)
"""After so long a pause of a round has kept an invitation and its reminder from everybody."""

GROWTH_SHOWN: Final = timedelta(days=30)
"""How long a note of sudden growth is shown."""
OVERDUE_AFTER: Final = timedelta(hours=1)
"""How long after its end a round may stay open."""


@dataclass(frozen=True, slots=True)
class Health:
    """The state of the whole installation at one moment."""

    at: datetime
    today: date
    version: str
    tables_current: bool
    ticks: Mapping[str, datetime]
    """When each process last ticked."""
    vitals: Vitals | None
    """What the officers' process last said of itself; None when it never did."""
    unused_keys: int
    open_rounds: int
    closed_rounds: int
    """Closed, and without a result yet."""
    overdue_rounds: Sequence[str] = ()
    stuck_rounds: Sequence[str] = ()
    """Closed, and without a result that should be there."""
    kept_rounds: Sequence[str] = ()
    """Released or abandoned, with answers that should have been destroyed."""
    paused_rounds: Mapping[str, datetime] = field(default_factory=dict)
    """Open rounds that are paused, and since when."""
    next_rounds: Sequence[NextRound] = ()
    directory: Sequence[EntryAge] = ()
    backup_at: datetime | None = None
    newest_entry: str | None = None
    """The newest anchor of the audit trail, as it is stored."""
    programme_version: int | None = None
    programme_unread: bool = False
    """Whether the version that was saved last cannot be read, so that an older one is in force."""
    tables: str | None = None
    """The newest migration the database has had; None before the first."""
    missing_needs: Sequence[str] = ()
    """What the support directory has nobody for."""
    growth: Sequence[GrowthNote] = ()
    """The newest first."""
    written_up: Sequence[GrowthNote] = ()
    """Teams that one person alone made at least twice as large; the newest first."""
    undone: Undone = NOTHING_UNDONE
    proposals: int = 0
    """Changes of the programme that wait for a second admin."""
    watched: bool = False
    """Whether the dashboard's account sees or holds up what others write to the database."""
    unread: Sequence[str] = ()
    """The processes whose heartbeat cannot be read."""
    unread_rounds: Sequence[str] = ()
    """Rounds under way whose row cannot be read."""
    changed_keys: Sequence[str] = ()
    """Sealing keys that are others than those that were made."""
    rights_unread: bool = False
    """Whether somebody stands among those with access whose roles cannot be read."""

    def expected(self) -> list[str]:
        """Return the processes that should tick: all in one, or those seen lately."""
        lately = {name: at for name, at in self.ticks.items() if self.at - at < FORGOTTEN_AFTER}
        newest = max(lately, key=lambda name: lately[name], default=None)
        parts: list[str] = [name for name in PARTS if name in lately]
        ticking = [name for name in lately if self.at - lately[name] < TICKS_WITHIN]
        # Beside a part that ticks, it does not stand in for those that do not.
        if EVERYTHING in ticking and len(ticking) > 1:
            return [EVERYTHING, *parts]
        return [EVERYTHING] if newest == EVERYTHING else parts

    def stopped(self) -> list[str]:
        """Return the processes that should tick and do not."""
        return [name for name in self.expected() if self.at - self.ticks[name] >= STOPPED_AFTER]


class Condition(StrEnum):
    """What somebody must act on."""

    NO_KEYS = "no unused keys"
    TICK_STOPPED = "tick stopped"
    DIRECTORY_DUE = "support directory due"
    DIRECTORY_OLD = "support directory too old"
    TOKEN_REFUSED = "Telegram token refused"  # noqa: S105 - the name of a condition
    OTHER_POLLER = "another program polls"
    TABLES_BEHIND = "tables not current"
    ROUNDS_OVERDUE = "rounds overdue"
    ROUND_STUCK = "round without its result"
    ANSWERS_KEPT = "answers kept too long"
    DIRECTORY_INCOMPLETE = "support directory incomplete"
    ERRANDS_UNDONE = "asked for and not done"
    BACKUP_OLD = "backup too old"
    PAUSE_FORGOTTEN = "round paused for days"
    HEADS_WRITTEN_UP = "heads written up by one"
    STATISTICS_OPEN = "database statistics open"
    PROGRAMME_UNREAD = "programme cannot be read"
    HEARTBEAT_UNREAD = "heartbeat cannot be read"
    RIGHTS_UNREAD = "access cannot be read"
    ROUND_UNREAD = "round cannot be read"
    KEY_CHANGED = "sealing key changed"


@dataclass(frozen=True, slots=True)
class Rule:
    """When a condition holds, and what to do about it."""

    holds: Callable[[Health], bool]
    what: str
    to_do: str
    again_after: timedelta = A_DAY
    """How long it lasts before somebody is told once more."""


def _troubled(kind: Trouble) -> Callable[[Health], bool]:
    def holds(health: Health) -> bool:
        seen = health.vitals.troubles.get(kind) if health.vitals else None
        return seen is not None and health.at - seen.last < TROUBLE_LASTS

    return holds


def _is_refused_soon(health: Health, each: EntryAge) -> bool:
    return health.today - each.last_verified >= REFUSE_AFTER - REFUSED_SOON


def _is_old(health: Health) -> bool:
    return any(_is_refused_soon(health, each) for each in health.directory)


def _is_due(health: Health) -> bool:
    # Of the others a newer version of the program brings newer verifications.
    own = [each for each in health.directory if each.own and each.age is Age.DUE]
    return any(not _is_refused_soon(health, each) for each in own)


def _waits_too_long(health: Health) -> bool:
    since = health.undone.since
    return since is not None and health.at - since >= UNDONE_AFTER


def _was_written_up(health: Health) -> bool:
    return any(health.at - note.noted_at < A_WEEK for note in health.written_up)


def _is_forgotten(health: Health) -> bool:
    return any(health.at - since >= FORGOTTEN_PAUSE for since in health.paused_rounds.values())


def _backup_is_old(health: Health) -> bool:
    # Before the first one nobody promised any: the page says so.
    return health.backup_at is not None and health.at - health.backup_at >= BACKUP_WITHIN


RULES: Final[Mapping[Condition, Rule]] = {
    Condition.NO_KEYS: Rule(
        lambda health: health.unused_keys == 0,
        "There is no unused sealing key: the next round cannot open.",
        "See that the tally runs, it makes keys; or run: python -m bot keys new",
    ),
    Condition.TICK_STOPPED: Rule(
        lambda health: bool(health.stopped()),
        "A process has not ticked for ten minutes.",
        "Start it again; the last lines of its log say what stopped it.",
    ),
    Condition.DIRECTORY_DUE: Rule(
        _is_due,
        "An entry of the force's support directory was last verified 90 days ago or earlier.",
        "Call the number or open the link, and say so under Support.",
        A_WEEK,
    ),
    Condition.DIRECTORY_OLD: Rule(
        _is_old,
        "An entry of the support directory was last verified almost 180 days ago or earlier:"
        " from then on the program does not start.",
        "Call the number or open the link, then set last_verified and verified_by.",
    ),
    Condition.TOKEN_REFUSED: Rule(
        _troubled(Trouble.TOKEN_REFUSED),
        "Telegram does not accept the bot's token any more: no message goes out, and no answer"
        " comes in.",
        "Copy the token from BotFather into STANDEASY_TELEGRAM_TOKEN and start the process again.",
    ),
    Condition.OTHER_POLLER: Rule(
        _troubled(Trouble.OTHER_POLLER),
        "Another program fetches updates with the same token: officers are answered by chance.",
        "Stop the other program. If it is not yours, have BotFather revoke the token.",
    ),
    Condition.TABLES_BEHIND: Rule(
        lambda health: not health.tables_current,
        "The database does not have the tables this version expects.",
        "Run: python -m bot migrate",
    ),
    Condition.ROUNDS_OVERDUE: Rule(
        lambda health: bool(health.overdue_rounds),
        "A round is still open an hour after it should have closed, or its end was moved past the"
        " latest that it may have.",
        "See that the officers' process runs; its log names the round and the reason. It closes no"
        " later than it may: where its end was moved, see who holds the database accounts.",
    ),
    Condition.ROUND_STUCK: Rule(
        lambda health: bool(health.stuck_rounds),
        "A round closed and has no result, though it should have one: its answers are held for as"
        " long as that lasts.",
        "The tally's log names the round and the reason once a minute. What can be done stands in"
        " docs/operations.md, A round without its result.",
        A_WEEK,
    ),
    Condition.ANSWERS_KEPT: Rule(
        lambda health: bool(health.kept_rounds),
        "Sealed answers of a round are still there, though their thirty days are over or it was"
        " abandoned.",
        "See that the tally runs and can write to its folder of keys; its log says what stops it.",
    ),
    Condition.DIRECTORY_INCOMPLETE: Rule(
        lambda health: bool(health.missing_needs),
        "The support directory has no contact of the force for talking, TRiM or health: officers"
        " are not let in without them.",
        "Add them under Support, or to the programme file.",
    ),
    Condition.ERRANDS_UNDONE: Rule(
        _waits_too_long,
        "Something was asked for at the dashboard ten minutes ago or earlier, and the officers'"
        " process has not begun it.",
        "See that the officers' process runs. After an hour nothing is done, and whoever asked is"
        " told so.",
    ),
    Condition.BACKUP_OLD: Rule(
        _backup_is_old,
        "The last backup of the database was made a week ago or earlier.",
        "Run: python -m bot backup FOLDER, and see why it does not run every night.",
    ),
    Condition.PAUSE_FORGOTTEN: Rule(
        _is_forgotten,
        "A round has been paused for three days or longer: nobody is written to about it.",
        "Let it go on under Rounds, or leave it: it closes in its time, and the next one opens.",
        A_WEEK,
    ),
    Condition.HEADS_WRITTEN_UP: Rule(
        _was_written_up,
        "Within the last week one person alone made a team at least twice as large: what may be"
        " shown of a team, and how many join it, goes by its heads.",
        "The audit trail says who and which. Ask why; where it was not so, put it back.",
        A_WEEK,
    ),
    Condition.STATISTICS_OPEN: Rule(
        lambda health: health.watched,
        "The dashboard's account can watch the database, and see the moment of each answer, or"
        " hold up what officers do.",
        "As an administrator of PostgreSQL, run docs/samples/keep-to-monitors.sql in the force's"
        " database, and give no account of the dashboard the role pg_monitor.",
    ),
    Condition.PROGRAMME_UNREAD: Rule(
        lambda health: health.programme_unread,
        "The version of the programme that was saved last cannot be read: the one before it is in"
        " force.",
        "Somebody wrote it past the program: see who holds the dashboard's database account. Save"
        " the programme once more, or run: python -m bot programme load FILE",
    ),
    Condition.HEARTBEAT_UNREAD: Rule(
        lambda health: bool(health.unread),
        "What a process says of itself cannot be read, or lies in a time to come: how it is, is not"
        " known.",
        "See that its clock is right and that all processes run the same version. If they do,"
        " somebody wrote it past the program: see who holds its database account.",
    ),
    Condition.RIGHTS_UNREAD: Rule(
        lambda health: health.rights_unread,
        "Somebody stands among those with access whose roles cannot be read: they have none.",
        "Somebody wrote it past the program: see who holds the dashboard's database account. End"
        " that access under People with access, or run: python -m bot admin disable NAME",
    ),
    Condition.ROUND_UNREAD: Rule(
        lambda health: bool(health.unread_rounds),
        "The row of a round under way cannot be read: nobody is asked or counted in it.",
        "The logs name it. See who holds the database accounts, and restore a backup from before;"
        " docs/operations.md says what can be done where there is none.",
    ),
    Condition.KEY_CHANGED: Rule(
        lambda health: bool(health.changed_keys),
        "A sealing key in the database is another than the one that was made: nothing is sealed"
        " with it any more.",
        "Keep a copy of the database, find out who changed it, and restore a backup from before."
        " Whoever changed it may open what was sealed with it.",
    ),
}


def conditions_of(health: Health) -> list[Condition]:
    """Return every condition that holds."""
    return [condition for condition, rule in RULES.items() if rule.holds(health)]
