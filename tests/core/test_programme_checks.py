"""What a programme has to pass before it is put in force, whichever door it comes through."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from bot.core.documents import DocumentProblems
from bot.core.errors import InvalidDocument
from bot.core.programme import Programme
from bot.core.programme_checks import (
    age_places,
    check_chosen_alone,
    check_programme,
    check_to_be_saved,
    contact_places,
)
from tests.core.builders import (
    Sizes,
    a_programme,
    an_instrument,
    check_in_content,
    programme_content,
)
from tests.core.changed_programmes import TODAY, entry

NOON = datetime(2026, 11, 30, 12, tzinfo=UTC)


def with_support(*entries: dict[str, Any]) -> Programme:
    """A programme with these support entries."""
    return a_programme(support=list(entries))


def checked(programme: Programme, before: Programme | None = None) -> Programme:
    """The programme after all checks."""
    first = programme.check_ins[0]
    known = an_instrument(id=first.instrument, version=first.instrument_version)
    return check_to_be_saved(programme, before, [known], NOON)


def test_a_sound_programme_is_returned_as_it_is() -> None:
    programme = with_support(entry("one"))
    assert checked(programme) == programme


def test_a_programme_put_together_past_its_checks_is_checked() -> None:
    programme = with_support(entry("one"))
    wrong = programme.force.model_copy(update={"timezone": "Nowhere/At-all"})
    with pytest.raises(DocumentProblems, match="time zone"):
        checked(programme.model_copy(update={"force": wrong}))
    unknown = programme.check_ins[0].model_copy(update={"instrument": "nowhere"})
    bad = programme.model_copy(update={"check_ins": [unknown]})
    with pytest.raises(InvalidDocument, match="got nowhere version"):
        check_to_be_saved(bad, None, [an_instrument(id="known")], NOON)


@pytest.mark.parametrize(
    ("level", "audience", "told"),
    [
        ("force", ["a", "b", "c"], "expects the audience everyone: results of"),
        ("department", ["a", "b"], "all teams of one or more departments, two teams or more"),
        ("department", ["a", "b", "c"], None),
        ("department", "everyone", None),
        ("force", "everyone", None),
        ("unit", ["b", "c"], None),
    ],
)
def test_what_is_released_of_all_is_asked_of_all(
    level: str, audience: list[str] | str, told: str | None
) -> None:
    content = check_in_content(audience=audience)
    programme = a_programme(check_ins=[content])
    asked = programme.check_ins[0]
    known = an_instrument(id=asked.instrument, version=asked.instrument_version)
    levelled = known.model_copy(
        update={"publication": known.publication.model_copy(update={"level": level})}
    )
    if told is None:
        check_programme(programme, [levelled])
        return
    with pytest.raises(InvalidDocument, match=told):
        check_programme(programme, [levelled])


@pytest.mark.parametrize(
    ("changes", "field", "told"),
    [
        ({"phone": "12345678"}, "phone", "expected a phone number"),
        ({"link": "https://localhost"}, "link", "expected an https address"),
        ({"last_verified": TODAY + timedelta(days=1)}, "last_verified", "a day that has been"),
        (
            {"last_verified": TODAY - timedelta(days=181)},
            "last_verified",
            "expected a day of the last 180, got 2026-06-02",
        ),
    ],
)
def test_an_entry_that_leads_nowhere_is_refused_with_its_place(
    changes: dict[str, Any], field: str, told: str
) -> None:
    programme = with_support(entry("one"), entry("two", **changes))
    with pytest.raises(DocumentProblems) as error:
        checked(programme)
    ((place, text),) = error.value.problems
    assert place == ("support", 1, field)
    assert told in text
    # What is in force as it stands does not hold up a change of something else.
    assert checked(programme, programme) == programme


def test_an_entry_of_180_days_is_still_taken() -> None:
    programme = with_support(entry("one", last_verified=TODAY - timedelta(days=180)))
    assert age_places(programme, TODAY) == []
    assert contact_places(programme) == []


def test_today_is_the_forces_day() -> None:
    # In London it is the first of December already.
    late = datetime(2026, 12, 1, 0, 30, tzinfo=UTC)
    programme = with_support(entry("one", last_verified=date(2026, 12, 1)))
    first = programme.check_ins[0]
    known = an_instrument(id=first.instrument, version=first.instrument_version)
    assert check_to_be_saved(programme, None, [known], late) == programme
    new_york = programme.force.model_copy(update={"timezone": "America/New_York"})
    elsewhere = programme.model_copy(update={"force": new_york})
    with pytest.raises(DocumentProblems, match="a day that has been"):
        check_to_be_saved(elsewhere, None, [known], late)


def asking(audience: list[str] | str, heads: int = 8, *, least: int = 15) -> Programme:
    """A force whose team a has so few heads, and a check-in that asks some."""
    sizes: Sizes = {"east": [("a", heads), ("b", 6), ("c", 40)]}
    content = programme_content(sizes, check_ins=[check_in_content(audience=audience)])
    content["disclosure"] = {"heads": least}
    return Programme.from_mapping(content, name="programme.yaml")


def test_nobody_is_asked_where_nothing_could_ever_be_shown() -> None:
    told = "an audience of 15 heads or more, or everyone: a, b has 14"
    with pytest.raises(InvalidDocument, match=told):
        checked(asking(["a", "b"]))
    # How many there are of everyone is no choice.
    for sound in (asking(["a", "b"], heads=9), asking(["a", "c"]), asking("everyone")):
        assert checked(sound) == sound
    with pytest.raises(InvalidDocument, match="an audience of 50 heads or more"):
        checked(asking(["a", "c"], least=50))


def test_an_audience_that_was_too_small_already_holds_nothing_up() -> None:
    before = asking(["a", "b"])
    named = before.force.model_copy(update={"name": "New Name"})
    renamed = before.model_copy(update={"force": named})
    assert checked(renamed, before) == renamed
    for changed in (asking(["a"]), asking(["a", "b"], heads=7)):
        with pytest.raises(InvalidDocument, match="nothing could ever be shown"):
            checked(changed, before)
    with pytest.raises(InvalidDocument, match="nothing could ever be shown"):
        checked(asking(["a", "b"], heads=8), asking(["a", "b"], heads=20))


def test_alone_nobody_chooses_an_audience_that_was_written_up() -> None:
    before, grown = asking("everyone", heads=8), asking(["a", "b"], heads=20)
    told = "15 heads or more for half a year, or a second admin who approves: a, b had 8"
    with pytest.raises(InvalidDocument, match=told):
        check_chosen_alone(grown, before, {"a": 8})
    check_chosen_alone(grown, before, {"a": 9, "b": 7})
    # What was asked before is no choice, and neither are all.
    check_chosen_alone(grown, asking(["b", "a"], heads=8), {})
    check_chosen_alone(before, None, {})
    with pytest.raises(InvalidDocument, match="had 0"):
        check_chosen_alone(grown, None, {})


def named(**names: str) -> Programme:
    """A programme in which some things have other names."""
    content = programme_content({"east": [("a", 30), ("b", 30)]})
    force = content["force"]
    force["name"] = names.get("force", force["name"])
    department = force["departments"][0]
    department["name"] = names.get("department", department["name"])
    team = department["teams"][0]
    team["name"] = names.get("team", team["name"])
    first = content["check_ins"][0]
    first["title"] = {**first["title"], "en": names.get("title", first["title"]["en"])}
    return Programme.from_mapping(content, name="programme")


@pytest.mark.parametrize(
    ("names", "place"),
    [
        ({"force": "Nowhere, see t.me/x"}, "force.name"),
        ({"department": "bit.ly/x"}, "force.departments.0.name"),
        ({"team": "Send /forget"}, "force.departments.0.teams.0.name"),
        ({"title": "mailto:heron"}, "check_ins.0.title.en"),
        ({"title": "New form: fenmarch\u2764.ws"}, "check_ins.0.title.en"),
        ({"title": "Weekly\u200dpulse"}, "check_ins.0.title.en"),
        ({"team": "Ring +44-20-79 46-00-12"}, "force.departments.0.teams.0.name"),
    ],
)
def test_nothing_in_a_new_name_can_be_tapped_and_an_old_name_stays(
    names: dict[str, str], place: str
) -> None:
    sound, odd = named(), named(**names)
    with pytest.raises(DocumentProblems, match="without a link, an address or a command") as caught:
        checked(odd, sound)
    assert place in str(caught.value)
    with pytest.raises(DocumentProblems):
        checked(odd)
    # It stood there before: everything else of that programme can still be changed.
    assert checked(odd, odd) == odd
    assert checked(sound, odd) == sound
