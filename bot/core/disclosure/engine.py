"""The engine: one unsafe table goes in, one release comes out.

Same input, same bytes; the order in which answers arrived does not matter. Nobody can be
followed from one prompt to the next, so a round of several prompts counts the *fewest*
people who can stand behind its answers: the number at its largest prompt.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from bot.core.disclosure import cuts_over_time, ledger, new_names
from bot.core.disclosure.bands import PeopleBand, people_band, rate_band
from bot.core.disclosure.counted import Counted
from bot.core.disclosure.cuts import CUTS, released_cuts
from bot.core.disclosure.earlier import Earlier, comparable_groups, teams_in
from bot.core.disclosure.ledger import Candidate, Ledger
from bot.core.disclosure.option_counts import (
    force_may_show,
    least_left_open,
    released_counts,
)
from bot.core.disclosure.release import (
    EVERYBODY_ASKED,
    FIRST,
    FORMAT,
    Release,
    make_release,
    withheld_in,
)
from bot.core.disclosure.respondents import Known, what_is_known
from bot.core.disclosure.rosters import Roster, roster_at_release
from bot.core.disclosure.rules import (
    COUNT_EDGES,
    RATE_EDGES,
    RULES_VERSION,
    DisclosureRules,
    Level,
)
from bot.core.disclosure.scales import Scales
from bot.core.disclosure.supervision import reading_over_time
from bot.core.disclosure.suppression import Group, Safe, shown_groups, tree_of
from bot.core.errors import StandEasyError
from bot.core.instruments import Scale
from bot.core.programme import Programme, Team
from bot.core.reporting_units import ReportingUnits
from bot.core.tabulation import UnsafeTable, counted_items


@dataclass(frozen=True, slots=True)
class RoundFacts:
    """What a release says about its round."""

    round_id: str
    check_in: str
    title: Mapping[str, str]
    opens_on: date
    closes_on: date
    programme_version: int
    newest_version: int | None = None
    """The programme version in force when it is released, where that is another one."""


class UnknownTeam(StandEasyError):
    """The round {round} holds a response of a team that is in none of its reporting units."""

    hint = "The round's list of units was changed; restore it from the audit trail or a backup."


def protect(
    table: UnsafeTable,
    units: ReportingUnits,
    rules: DisclosureRules,
    about: RoundFacts,
    earlier: Sequence[Earlier],
    *,
    teams: Mapping[str, Team],
    newest: Mapping[str, Team] | None = None,
) -> Release:
    """Return the release of a round.

    `earlier` are all releases before this one, of all check-ins, oldest first: the rules over
    time read them, and the newest one's hash is chained. `teams` are the teams of the programme
    version the round opened with, by id; `newest` those of the version in force now, if that
    is another: who is gone, and who is there, they say.
    """
    listed = {team for unit in units.units for team in unit.teams}
    if any(team not in listed for team, _ in table.cells):
        raise UnknownTeam(round=about.round_id)
    counted = Counted(table, units, teams)
    # What some teams answered is nothing about the force, and does not carry its name.
    everyone = set(teams) <= listed | set(units.waiting)
    named = units if everyone else replace(units, force=EVERYBODY_ASKED)
    groups = tree_of(named, unit_heads=rules.unit_heads, everyone=everyone)
    instrument = table.instrument
    # That ten people of a unit answered an exit check-in is itself a result about the unit.
    smallest = Level(instrument.publication.level)
    before = Ledger.of(earlier, about.closes_on)
    roster = roster_at_release(
        units, Roster.of(teams.values()), Roster.of((newest or teams).values())
    )
    today = roster.heads
    answered, withheld = _shown(groups, units, counted, rules, smallest, before, today)
    known = _known_respondents(groups, answered, counted, rules, smallest, withheld)
    scales = Scales(
        instrument,
        groups,
        answered,
        known,
        counted,
        rules,
        lambda supervisors: _safe(rules, supervisors),
        withheld,
        everyone,
    )
    readings = {
        scale.id: reading_over_time(scales, scale, before, units, roster, _safe(rules).heads)
        for scale in instrument.scales
    }
    cells = {scale: reading.cells for scale, reading in readings.items()}
    at_most = least_left_open(groups, known, counted)
    comparable = comparable_groups(groups, units, about.check_in, earlier)
    released = [
        {
            # Taps are not people: no number of them is a number of heads, nor a share of them.
            **_released_group(
                group,
                known[group.id],
                units,
                counted,
                teams,
                has_people=not instrument.counts_taps,
            ),
            "scales": {scale: cells[scale].get(group.id) for scale in cells},
            "comparable": group.id in comparable,
        }
        for group in groups
    ]
    return make_release(
        {
            "format": FORMAT,
            "rules": RULES_VERSION,
            "thresholds": {"respondents": rules.threshold, "heads": rules.heads},
            "programme": about.programme_version,
            **_version_at_release(about),
            "asked": "everyone" if everyone else "some",
            "round": about.round_id,
            "check_in": about.check_in,
            "title": dict(about.title),
            "opens_on": about.opens_on.isoformat(),
            "closes_on": about.closes_on.isoformat(),
            "instrument": {
                "id": instrument.id,
                "version": instrument.version,
                "validated": instrument.validated,
            },
            "scales": [_released_scale_texts(scale) for scale in instrument.scales],
            "groups": released,
            "counts": [
                released_counts(
                    item,
                    everyone and "force" in answered and force_may_show(item, counted),
                    counted,
                    at_most,
                )
                for item in counted_items(instrument)
            ],
            "cuts": released_cuts(
                table,
                units,
                counted,
                groups,
                known,
                rules,
                showing={"": answered, **{scale: frozenset(cells[scale]) for scale in cells}},
                hidden=_hidden_cuts(
                    before,
                    _candidates(groups, answered, units),
                    units,
                    today,
                    _safe(rules).heads,
                    instrument.id,
                    about.closes_on,
                )
                if everyone
                else CUTS,
                withheld=lambda scale, so: readings[scale.id].contradicts(so),
            ),
            "withheld": withheld_in(released),
            "previous": earlier[-1].release.hash.hex() if earlier else FIRST,
        }
    )


def rules_of(programme: Programme) -> DisclosureRules:
    """Return the disclosure rules of a programme."""
    return DisclosureRules.from_settings(programme.disclosure)


def _safe(rules: DisclosureRules, supervisors: int = 0) -> Safe:
    # A raised threshold is a band's beginning like any other: never above most of the heads.
    return Safe(people=rules.threshold, heads=rules.heads_needed, supervisors=supervisors)


def _shown(
    groups: Sequence[Group],
    units: ReportingUnits,
    counted: Counted,
    rules: DisclosureRules,
    smallest: Level,
    before: Ledger,
    today: Mapping[str, int],
) -> tuple[frozenset[str], frozenset[str]]:
    """Return the groups of which anything is shown, and those withheld for earlier releases."""
    safe, withheld = _safe(rules), frozenset[str]()
    while True:
        left = [group for group in groups if group.id not in withheld]
        shown = shown_groups(left, counted.respondents, safe, smallest)
        candidates = _candidates(left, shown, units)
        # Looked up in their modules when they are needed, so that a test can do without one.
        found = new_names.withheld_for_new_names(before, candidates, today, safe.heads)
        found |= ledger.withheld_over_time(
            before, [each for each in candidates if each.id not in found], today, safe.heads
        )
        if not found:
            return shown, withheld
        withheld |= found


def _candidates(
    groups: Sequence[Group], shown: frozenset[str], units: ReportingUnits
) -> list[Candidate]:
    return [Candidate(group.id, teams_in(group, units)) for group in groups if group.id in shown]


def _hidden_cuts(
    before: Ledger,
    shown: Sequence[Candidate],
    units: ReportingUnits,
    today: Mapping[str, int],
    least: int,
    instrument: str,
    day: date,
) -> frozenset[str]:
    """Return the cuts that stay away for what was shown before."""
    asked = frozenset(team for unit in units.units for team in unit.teams)
    sides = cuts_over_time.cuts_withheld(before, shown, units, today, least)
    return sides | cuts_over_time.cells_withheld(before, instrument, asked, today, least, day)


def _version_at_release(about: RoundFacts) -> dict[str, int]:
    # A recount looks here: versions that come later change nothing any more.
    if about.newest_version is None or about.newest_version == about.programme_version:
        return {}
    return {"programme_at_release": about.newest_version}


def _known_respondents(
    groups: Sequence[Group],
    answered: frozenset[str],
    counted: Counted,
    rules: DisclosureRules,
    smallest: Level,
    withheld: frozenset[str],
) -> dict[str, Known]:
    """Return what is known of the numbers of respondents, the response rates included."""
    return what_is_known(
        groups,
        answered,
        lambda group: counted.respondents(group.units).people,
        {group.id: counted.respondents(group.units).heads for group in groups},
        lambda group: RATE_EDGES if group.has_rate else COUNT_EDGES,
        rules.threshold,
        smallest,
        withheld,
    )


def _released_group(
    group: Group,
    known: Known,
    units: ReportingUnits,
    counted: Counted,
    teams: Mapping[str, Team],
    *,
    has_people: bool,
) -> dict[str, Any]:
    facts, edges = counted.respondents(group.units), known.edges if has_people else ()
    people, rate = None, None
    if edges:
        band = people_band(
            facts.people, [edge for edge in edges if edge == edges[0] or edge in COUNT_EDGES]
        )
        people = [band.least, band.most]
    if edges and group.has_rate:
        # An open band ends where everybody can work out that it must.
        least = people_band(facts.people, edges).least
        share = rate_band(PeopleBand(least, known.most), facts.heads)
        rate = [share.low, share.high]
    return {
        "id": group.id,
        "name": group.name,
        "level": group.level.value,
        "parent": group.parent,
        "teams": [
            teams[team].name
            for position in sorted(group.units)
            for team in units.units[position].teams
        ],
        "respondents": people,
        "rate": rate,
    }


def _released_scale_texts(scale: Scale) -> dict[str, Any]:
    return {
        "id": scale.id,
        "title": scale.title,
        "low": scale.groups.low,
        "middle": scale.groups.middle,
        "high": scale.groups.high,
    }
