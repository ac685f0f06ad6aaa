"""Organisations made by Hypothesis, quickly: their shape is drawn, their answers from a blob.

One blob of bytes is one draw however large the organisation is, and it still shrinks: to
zeros, which are the smallest teams that nobody answered in.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache

from hypothesis import strategies as st

from bot.core.disclosure.engine import RoundFacts, protect
from bot.core.disclosure.release import Release
from bot.core.disclosure.rules import DisclosureRules
from bot.core.instruments import Instrument
from bot.core.programme import Team
from bot.core.reporting_units import ReportingUnit, ReportingUnits, form_units
from bot.core.tabulation import ScaleCounts, TeamCounts, UnsafeTable
from tests.core.builders import a_programme, an_instrument
from tests.core.disclosure.oracle import Raw

PROMPTS = 2
SCALES = ("mood", "ease", "supervision")
BYTES_PER_TEAM = 2 + PROMPTS * (1 + 3 * len(SCALES)) + 4
LARGEST = 6 * 8

ABOUT = RoundFacts(
    round_id="weekly-2024-01-01",
    check_in="weekly",
    title={"en": "Weekly"},
    opens_on=date(2024, 1, 1),
    closes_on=date(2024, 1, 29),
    programme_version=1,
)


@cache
def instrument_for(level: str) -> Instrument:
    """The invented instrument, published from a level on."""
    return an_instrument(publication={"level": level})


@dataclass(frozen=True)
class Organisation:
    """A force with its raw counts, before anything is protected."""

    units: ReportingUnits
    heads: dict[str, int]
    supervisors: dict[str, int]
    table: UnsafeTable
    raw: Raw

    def release(self, rules: DisclosureRules | None = None) -> Release:
        """What is released."""
        return protect(
            self.table,
            self.units,
            rules or DisclosureRules(),
            ABOUT,
            [],
            teams={
                team: Team.model_construct(
                    id=team, name=team, headcount=heads, supervisors=self.supervisors[team]
                )
                for team, heads in self.heads.items()
            },
        )


def organisation(
    shape: Sequence[int], blob: bytes, most_heads: int, eager: int, level: str, join: bool
) -> Organisation:
    """A force with `shape` teams per department, at most `most_heads` each.

    `eager` of 256 is the share that may answer at most; `join` forms reporting units as the
    product does, otherwise every team is one, so that the rules are tried on small ones too.
    """
    heads: dict[str, int] = {}
    supervisors: dict[str, int] = {}
    cells: dict[tuple[str, int], TeamCounts] = {}
    raw: dict[tuple[str, int], list[int]] = {}
    units: list[ReportingUnit] = []
    position = 0
    for department, teams in enumerate(shape):
        for number in range(teams):
            part = blob[position : position + BYTES_PER_TEAM]
            position += BYTES_PER_TEAM
            team = f"d{department}t{number}"
            heads[team] = 1 + part[0] * most_heads // 256
            supervisors[team] = min(heads[team], part[1] // 64)
            units.append(
                ReportingUnit(team, team, f"d{department}", (team,), heads[team], supervisors[team])
            )
            for prompt in range(PROMPTS):
                cell = _cell(
                    part[2 + prompt * 10 : 12 + prompt * 10], part[-4:], heads[team], eager
                )
                if cell.respondents:
                    cells[team, prompt] = cell
                    raw[team, prompt] = [
                        cell.respondents,
                        *(sum(cell.scales[scale].groups) for scale in SCALES),
                    ]
    departments = tuple((f"d{n}", f"Department {n}") for n in range(len(shape)))
    listed = ReportingUnits("Nowhere Constabulary", departments, tuple(units))
    if join:
        programme = a_programme(
            {
                f"d{n}": [(t, heads[t], supervisors[t]) for t in heads if t.startswith(f"d{n}t")]
                for n in range(len(shape))
            }
        )
        listed = form_units(programme, heads)
    table = UnsafeTable(instrument_for(level), cells)
    return Organisation(listed, heads, supervisors, table, raw)


def _cell(part: bytes, options: bytes, heads: int, eager: int) -> TeamCounts:
    """One team at one prompt: bytes for the respondents, then three for each scale."""
    respondents = heads * part[0] * eager // (255 * 256)
    scales: dict[str, ScaleCounts] = {}
    for number, scale in enumerate(SCALES):
        skipped, low, middle = part[1 + 3 * number : 4 + 3 * number]
        # Most people answer most questions; some scales are skipped by nearly everybody.
        answered = respondents - respondents * max(0, skipped - 160) // 95
        lows = answered * low // 255
        middles = (answered - lows) * middle // 255
        groups = [lows, middles, answered - lows - middles]
        scales[scale] = ScaleCounts(groups, 2 * (lows + 3 * middles + 5 * groups[2]))
    chosen = [respondents * byte // 255 for byte in options]
    return TeamCounts(respondents, scales, {"reasons": chosen}, {"reasons": respondents})


@st.composite
def organisations(draw: st.DrawFn, most_teams: int = 8, most_departments: int = 6) -> Organisation:
    """Any organisation of up to six departments of up to eight teams of up to 120 heads."""
    teams = st.integers(1, most_teams)
    shape = draw(st.lists(teams, min_size=1, max_size=most_departments))
    size = sum(shape) * BYTES_PER_TEAM
    return organisation(
        shape,
        draw(st.binary(min_size=size, max_size=size)),
        draw(st.sampled_from([12, 30, 45, 60, 120])),
        draw(st.sampled_from([30, 80, 130, 200, 256])),
        draw(st.sampled_from(["unit", "unit", "unit", "department", "force"])),
        draw(st.booleans()),
    )
