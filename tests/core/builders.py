"""Invented instruments, programmes and answers, made from code, for the tests of the core.

Every builder gives a document that is accepted as it stands; tests change one place at a time.
"""

from collections.abc import Mapping, Sequence
from datetime import date, time
from typing import Any

from hypothesis import strategies as st

from bot.core.drafts import Draft, Tap, Verb, new_draft
from bot.core.instruments import Instrument
from bot.core.programme import CheckIn, Programme, Team, Window
from bot.core.reporting_units import ReportingUnit, ReportingUnits
from bot.core.responses import LengthOfService, Response, RoleType

Content = dict[str, Any]

REFERENCE = b"abcdef"


def texts(text: str, languages: Sequence[str] = ("en",)) -> dict[str, str]:
    """A text in every language."""
    return {
        language: f"{text} ({language})" if language != "en" else text for language in languages
    }


def option(label: str, score: int | None = None, support: Sequence[str] = ()) -> Content:
    """One option of an item."""
    return {"label": texts(label), "score": score, "support": list(support)}


def item(item_id: str, options: Sequence[Content] | None = None, **changes: Any) -> Content:
    """One item, with five scored options unless told otherwise."""
    five = [option(f"answer {score}", score) for score in range(1, 6)]
    return {
        "id": item_id,
        "text": texts(f"How is {item_id}?"),
        "options": list(options) if options is not None else five,
        **changes,
    }


def scale(scale_id: str, items: Sequence[str], **changes: Any) -> Content:
    """One scale over items scored 1 to 5."""
    return {
        "id": scale_id,
        "title": texts(f"The {scale_id}"),
        "items": list(items),
        "low_up_to": 2.4,
        "high_from": 3.6,
        "groups": {
            "low": texts("low"),
            "middle": texts("middle"),
            "high": texts("high"),
        },
        **changes,
    }


def instrument_content(**changes: Any) -> Content:
    """Five items: one scale of one, one of two with a reversed item, supervision, reasons."""
    return {
        "id": "invented",
        "version": 3,
        "title": texts("An invented check-in"),
        "licence": "CC0-1.0",
        "validated": False,
        "languages": ["en"],
        "items": [
            item("mood"),
            item("calm"),
            item("strain", reverse=True),
            item(
                "sergeant",
                [
                    option("None", 1, ["talk"]),
                    option("Some", 3),
                    option("All", 5),
                    option("Not needed"),
                ],
                sensitivity="supervision",
            ),
            item(
                "reasons",
                [option(f"reason {letter}") for letter in "abcd"],
                kind="choices",
                at_most=2,
            ),
        ],
        "scales": [
            scale("mood", ["mood"]),
            scale("ease", ["calm", "strain"]),
            scale("supervision", ["sergeant"]),
        ],
        **changes,
    }


def an_instrument(**changes: Any) -> Instrument:
    """The instrument of `instrument_content`."""
    return Instrument.from_mapping(instrument_content(**changes), name="invented.yaml")


def instrument_of(kinds: Sequence[int], **changes: Any) -> Instrument:
    """An instrument with items of `n` options each; a negative number makes choices of `-n`."""
    items = [
        item(
            f"item-{position}",
            [option(f"option {number}") for number in range(-kind)],
            kind="choices",
            at_most=max(1, -kind // 2),
        )
        if kind < 0
        else item(f"item-{position}", [option(f"option {n}", n) for n in range(kind)])
        for position, kind in enumerate(kinds)
    ]
    scaled = [f"item-{position}" for position, kind in enumerate(kinds) if kind > 0]
    content = instrument_content(items=items, scales=[scale("all", scaled)] if scaled else [])
    return Instrument.from_mapping(content | changes, name="made.yaml")


def team(team_id: str, headcount: int, supervisors: int = 3, **changes: Any) -> Content:
    """One team."""
    return {
        "id": team_id,
        "name": f"Team {team_id}",
        "headcount": headcount,
        "supervisors": min(supervisors, headcount),
        **changes,
    }


def check_in_content(**changes: Any) -> Content:
    """A weekly check-in in rounds of four prompts, from Monday 1 January 2024."""
    return {
        "id": "weekly",
        "title": texts("Weekly"),
        "instrument": "invented",
        "starts_on": date(2024, 1, 1),
        "recurrence": "FREQ=WEEKLY;BYDAY=MO",
        "prompts_per_round": 4,
        "window": {"opens": "11:00", "closes": "20:00"},
        **changes,
    }


def a_check_in(**changes: Any) -> CheckIn:
    """The check-in of `check_in_content`."""
    return CheckIn.from_mapping(check_in_content(**changes), name="check-in")


def a_window(opens: str = "11:00", closes: str = "20:00") -> Window:
    """A window."""
    return Window(opens=time.fromisoformat(opens), closes=time.fromisoformat(closes))


Sizes = Mapping[str, Sequence[tuple[str, int] | tuple[str, int, int]]]


def programme_content(sizes: Sizes, **changes: Any) -> Content:
    """A programme with departments of (team, heads) or (team, heads, supervisors)."""
    return {
        "format": 1,
        "force": {
            "id": "nowhere",
            "name": "Nowhere Constabulary",
            "departments": [
                {
                    "id": department,
                    "name": f"Department {department}",
                    "teams": [team(*members) for members in teams],
                }
                for department, teams in sizes.items()
            ],
        },
        "check_ins": [check_in_content()],
        **changes,
    }


def a_programme(sizes: Sizes | None = None, **changes: Any) -> Programme:
    """A programme; without sizes, two departments of three and two teams."""
    chosen: Sizes = sizes or {
        "east": [("a", 8), ("b", 30), ("c", 40)],
        "west": [("d", 26), ("e", 60)],
    }
    return Programme.from_mapping(programme_content(chosen, **changes), name="programme.yaml")


def units_of(**departments: Sequence[tuple[int, int]]) -> ReportingUnits:
    """One reporting unit, of one team, per (heads, supervisors): east0, east1, west0 …"""
    return ReportingUnits(
        force="Nowhere Constabulary",
        departments=tuple((name, f"Department {name}") for name in departments),
        units=tuple(
            ReportingUnit(f"{name}{n}", f"Team {name}{n}", name, (f"{name}{n}",), heads, leads)
            for name, sizes in departments.items()
            for n, (heads, leads) in enumerate(sizes)
        ),
    )


def teams_of(units: ReportingUnits) -> dict[str, Team]:
    """The teams of units that hold one team each, as `protect` takes them."""
    return {
        unit.teams[0]: Team.from_mapping(
            team(unit.teams[0], unit.heads, unit.supervisors), name="team"
        )
        for unit in units.units
    }


def a_response(
    instrument: Instrument,
    team_id: str = "a",
    answers: Sequence[Sequence[int]] | None = None,
    prompt: int = 0,
    role_type: RoleType = RoleType.NOT_SAID,
    service: LengthOfService = LengthOfService.NOT_SAID,
) -> Response:
    """A response; without answers, the first option of the first item alone."""
    given = answers if answers is not None else [(0,)]
    filled = [*given, *[()] * (len(instrument.items) - len(given))]
    return Response(
        instrument.key, prompt, team_id, role_type, service, tuple(tuple(a) for a in filled)
    )


def a_draft(instrument: Instrument, **changes: Any) -> Draft:
    """A draft with nothing answered."""
    facts = {"round_reference": REFERENCE, "prompt": 0, "unit": 0, "language": 0, **changes}
    return new_draft(instrument, **facts)


@st.composite
def answers_of(draw: st.DrawFn, instrument: Instrument) -> tuple[tuple[int, ...], ...]:
    """Finished answers, some missing."""
    given: list[tuple[int, ...]] = []
    for asked in instrument.items:
        positions = st.integers(0, len(asked.options) - 1)
        most = asked.at_most or 1
        chosen = draw(st.lists(positions, max_size=most, unique=True))
        given.append(tuple(sorted(chosen)))
    return tuple(given)


@st.composite
def responses(draw: st.DrawFn, instrument: Instrument, teams: Sequence[str]) -> Response:
    """A response of one of the teams."""
    return a_response(
        instrument,
        draw(st.sampled_from(teams)),
        draw(answers_of(instrument)),
        draw(st.integers(0, 3)),
        draw(st.sampled_from(RoleType)),
        draw(st.sampled_from(LengthOfService)),
    )


@st.composite
def instruments(draw: st.DrawFn) -> Instrument:
    """An instrument of up to 20 items of 2 to 11 options, or of few items with choices."""
    kind = st.one_of(st.integers(2, 11), st.integers(-5, -2))
    kinds = draw(
        st.one_of(
            st.lists(st.integers(2, 11), min_size=1, max_size=20),
            st.lists(kind, min_size=1, max_size=6),
            st.just([-20]),
        )
    )
    return instrument_of(kinds)


taps = st.builds(Tap, st.sampled_from(Verb), st.integers(0, 21), st.integers(0, 21))
