"""Health for a monitor, in the text format of Prometheus.

Labels are names of processes, kinds of trouble, conditions and ages: closed lists, none of which
is a person, a team or a check-in. Numbers of people and messages are the least of their band.
"""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, time
from typing import Final

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from bot.core.health import Condition, Health, conditions_of
from bot.core.support import Age
from bot.core.version import VERSION
from bot.core.vitals import Trouble

CONTENT_TYPE: Final = "text/plain; version=0.0.4; charset=utf-8"
_PREFIX: Final = "standeasy_"


def as_metrics(health: Health | None) -> bytes:
    """Return the metrics; None stands for a database out of reach."""
    # A registry for each answer: the library's own would add the machine's, and keep them.
    registry = CollectorRegistry(auto_describe=False)
    registry.register(_Collected(health))
    return generate_latest(registry)


class _Collected(Collector):
    def __init__(self, health: Health | None) -> None:
        self._health = health

    def collect(self) -> Iterator[Metric]:
        """Yield everything there is to tell."""
        yield _labelled("info", "The version that runs.", "version", {VERSION: 1})
        reachable = "Whether the database answers."
        yield _single("database_reachable", reachable, int(self._health is not None))
        if self._health is not None:
            yield from _of_installation(self._health)
            yield from _of_messages(self._health)


def _of_installation(health: Health) -> Iterator[Metric]:
    ticks = {name: at.timestamp() for name, at in health.ticks.items()}
    yield _labelled("last_tick_timestamp_seconds", "When each process ticked.", "process", ticks)
    holding = conditions_of(health)
    yield _labelled(
        "condition",
        "Whether a condition holds that somebody must act on.",
        "condition",
        {each.value: int(each in holding) for each in Condition},
    )
    current = "Whether the database has the tables this version expects."
    yield _single("tables_current", current, int(health.tables_current))
    yield _single("unused_keys", "Sealing keys no round has taken.", health.unused_keys)
    states = {"open": health.open_rounds, "closed": health.closed_rounds}
    yield _labelled("rounds", "Rounds without a result yet.", "state", states)
    yield _single("rounds_overdue", "Rounds open after their end.", len(health.overdue_rounds))
    stuck = "Closed rounds that should have a result."
    yield _single("rounds_without_result", stuck, len(health.stuck_rounds))
    kept = "Released rounds whose answers should have been destroyed."
    yield _single("rounds_kept", kept, len(health.kept_rounds))
    yield _single("rounds_paused", "Open rounds that are paused.", len(health.paused_rounds))
    if health.next_rounds:
        opens_on = datetime.combine(health.next_rounds[0].opens_on, time(), UTC)
        at = "The day on which the next round opens, at midnight UTC."
        yield _single("next_round_timestamp_seconds", at, opens_on.timestamp())
    ages = {age.value: sum(each.age is age for each in health.directory) for age in Age}
    yield _labelled("support_entries", "Support entries by verification.", "age", ages)
    oldest = max((health.today - each.last_verified for each in health.directory), default=None)
    if oldest is not None:
        yield _single("support_oldest_days", "Days since the oldest verification.", oldest.days)
    missing = "Needs the support directory has nobody for."
    yield _single("support_needs_missing", missing, len(health.missing_needs))
    yield _single("errands_waiting", "Asked for and not begun.", health.undone.number)
    yield _single("programme_proposals", "Changes that wait for a second.", health.proposals)
    noted = "Notes of sudden growth of a group in the last 30 days; of which, it does not say."
    yield _single("growth_notes", noted, len(health.growth))
    if health.programme_version is not None:
        version = "The version of the programme in force."
        yield _single("programme_version", version, health.programme_version)
    if health.backup_at is not None:
        at = "When the last backup was made."
        yield _single("last_backup_timestamp_seconds", at, health.backup_at.timestamp())


def _of_messages(health: Health) -> Iterator[Metric]:
    vitals = health.vitals
    if vitals is None:
        return
    for name, what, number in (
        ("messages_waiting", "Invitations due and not sent", vitals.waiting),
        ("messages_late", "Invitations late by ten minutes", vitals.late),
        ("messages_sent_last_hour", "Invitations sent or let go in an hour", vitals.sent),
        ("enrolments", "People enrolled in the whole force", vitals.enrolled),
    ):
        yield _single(f"{name}_at_least", f"{what}: the least of the band.", number)
    # The library adds _total to a counter's name by itself.
    errors = CounterMetricFamily(
        f"{_PREFIX}telegram_troubles",
        "What went wrong with Telegram since the officers' process started: the least of the band.",
        labels=["kind"],
    )
    last = {}
    for kind in Trouble:
        seen = vitals.troubles.get(kind)
        errors.add_metric([kind.value], seen.times if seen else 0)
        if seen:
            last[kind.value] = seen.last.timestamp()
    yield errors
    when = "When each kind of trouble last came."
    yield _labelled("telegram_last_trouble_timestamp_seconds", when, "kind", last)


def _single(name: str, what: str, value: float) -> Metric:
    return GaugeMetricFamily(_PREFIX + name, what, value=value)


def _labelled(name: str, what: str, label: str, values: Mapping[str, float]) -> Metric:
    family = GaugeMetricFamily(_PREFIX + name, what, labels=[label])
    for value, number in values.items():
        family.add_metric([value], number)
    return family
