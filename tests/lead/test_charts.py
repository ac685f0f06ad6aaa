"""Charts: bands from end to end, gaps that are gaps, and pictures that are safe on a page."""

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.disclosure.bands import Band
from bot.lead import charts, drawing
from bot.lead.charts_over_time import Step
from bot.lead.drawing import _Kept, as_pdf, as_png, as_svg
from bot.lead.pictures import counts_picture, cut_picture, cuts_of, heat_picture
from tests.lead.results import a_release, a_taps_release, a_wide_release, an_empty_release

FIRST = date(2026, 1, 5)


def steps(*bands: Band | None, new_start: int | None = None) -> list[Step]:
    """Rounds of four weeks."""
    return [
        (
            FIRST + timedelta(weeks=4 * place),
            FIRST + timedelta(weeks=4 * place + 4),
            band,
            band is not None and place != new_start,
        )
        for place, band in enumerate(bands)
    ]


def values_of(spec: Any, mark: str) -> list[dict[str, Any]]:
    """What the layers with this mark draw."""
    return [
        value
        for layer in spec["layer"]
        if layer["mark"]["type"] == mark
        for value in layer["data"]["values"]
    ]


LOW, HIGH = Band(0, 20), Band(60, 80)


def test_a_trend_draws_every_band_from_end_to_end_over_the_days_of_its_round() -> None:
    spec = charts.trend("T", "S", steps(LOW, HIGH), "six to eight in ten", wide=True)
    drawn = values_of(spec, "rect")
    assert [(each["low"], each["high"]) for each in drawn] == [(0, 20), (60, 80)]
    assert drawn[0]["x2"] == drawn[1]["x"] == (FIRST + timedelta(weeks=4)).toordinal()


def test_what_is_not_shown_is_a_gap_with_a_dot_and_nothing_is_drawn_across() -> None:
    spec = charts.trend("T", "S", steps(LOW, None, LOW), "", wide=False)
    assert len(values_of(spec, "rect")) == 2
    (dot,) = values_of(spec, "point")
    assert dot["x"] == (FIRST + timedelta(weeks=6)).toordinal()


def test_a_new_start_is_a_line_where_its_round_begins_and_the_first_round_is_none() -> None:
    for spec in (
        charts.trend("T", "S", steps(None, LOW, HIGH, new_start=2), "", wide=True),
        charts.trends("T", "S", [("A", "a", steps(None, LOW, HIGH, new_start=2))], wide=False),
    ):
        (line,) = values_of(spec, "rule")
        assert line["x"] == (FIRST + timedelta(weeks=8)).toordinal()
    assert not values_of(charts.trend("T", "S", steps(LOW, new_start=0), "", wide=True), "rule")


def test_panels_of_several_series_say_their_newest_words() -> None:
    panels = [("Sleep", "two in ten or fewer", steps(LOW)), ("Work", "not shown", steps(None))]
    spec = charts.trends("T", "S", panels, wide=True)
    texts = [each["text"] for each in values_of(spec, "text")]
    assert texts == ["Sleep", "two in ten or fewer", "Work", "not shown"]
    assert len(values_of(spec, "point")) == 1


@pytest.mark.parametrize(
    "names",
    [
        ["Roads", "Dogs & <b>Horses</b>", "¤", ""],
        ["Heddlu’r Gogledd a’r De", "W" * 40, "Überwachung", "Ops >¤</text>"],
        ["Ж" * 10, "Dogs ¤", "¤"],
    ],
)
@pytest.mark.parametrize("wide", [True, False])
def test_a_text_that_is_not_measured_leaves_the_picture_as_it_is(
    names: list[str], wide: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    panels = [(name, "two in ten or fewer", steps(LOW, None)) for name in names]
    spec: Any = charts.trends("T", "S", panels, wide=wide)
    quickly = drawing._draw_svg(spec)
    monkeypatch.setattr(drawing, "_with_stand_ins", lambda spec: (spec, []))
    assert quickly == drawing._draw_svg(spec)
    assert b"two in ten or fewer" in quickly


def test_a_text_that_looks_like_a_stand_in_elsewhere_is_drawn_as_it_is() -> None:
    panels = [("Roads", "two in ten or fewer", steps(LOW))]
    spec: Any = charts.trends("T", "S", panels, wide=False)
    spec["layer"].append(
        {
            "data": {"values": [{"text": "¤"}]},
            "mark": "text",
            "encoding": {"text": {"field": "text"}},
        }
    )
    picture = drawing._draw_svg(spec).decode()
    assert picture.count(">¤</text>") == 1
    assert picture.count(">Roads</text>") == 1


@given(st.lists(st.sampled_from((LOW, Band(20, 40), Band(40, 60), HIGH)), min_size=1, max_size=30))
def test_the_words_for_the_newest_range_stand_clear_of_all_that_are_near(
    bands: list[Band],
) -> None:
    spec = charts.trend("T", "S", steps(*bands), "six to eight in ten", wide=True)
    (words,) = [each for each in spec["layer"] if each["mark"].get("text")]
    (at,) = words["data"]["values"]
    above = words["mark"]["baseline"] == "bottom"
    low, high = (at["y"], at["y"] + 12) if above else (at["y"] - 12, at["y"])
    ranges = values_of(spec, "rect")
    near = [each for each in ranges if each["x2"] > at["x"] - (at["x"] - ranges[0]["x"]) * 0.5]
    assert all(each["high"] <= low or each["low"] >= high for each in near)
    # There is a free strip above 80 in each of them.
    assert low >= 0
    assert high <= 100


@pytest.mark.parametrize("years", [0, 1, 5, 30])
def test_the_days_under_a_chart_are_few_and_named(years: int) -> None:
    rounds = steps(*[LOW] * (1 + 13 * years))
    axis = charts.trend("T", "S", rounds, "", wide=False)["layer"][0]["encoding"]["x"]["axis"]
    assert 1 <= len(axis["values"]) <= 4
    assert "20" in axis["labelExpr"]


def test_nothing_shown_is_no_picture() -> None:
    empty = an_empty_release()
    assert [cut_picture(empty, cut) for cut in cuts_of(empty)] == [None, None, None]
    taps = a_taps_release()
    assert counts_picture(taps.counts[0]) is not None


def test_a_heat_map_as_a_picture_has_a_cell_per_group_and_theme() -> None:
    release = a_release()
    spec = heat_picture(release)
    assert len(values_of(spec, "rect")) == len(release.groups) * len(release.document["scales"])
    assert "not shown" in spec["description"]


def test_a_picture_is_an_image_with_its_words_and_names_stay_text() -> None:
    picture = as_svg(heat_picture(a_wide_release()))
    assert picture.startswith('<svg xmlns="http://www.w3.org/2000/svg" class="chart"')
    assert 'role="img"' in picture
    assert "<title" in picture
    assert "<desc" in picture
    assert "<b>" not in picture
    assert "&lt;b&gt;theme-0&lt;/b&gt;" in picture
    assert "style=" not in picture
    assert "<script" not in picture


def test_a_text_that_looks_like_an_attribute_stays_as_it_is() -> None:
    name = 'Dogs class="x" role="y"'
    picture = as_svg(charts.counted("T", "S", [(name, 10)], wide=True))
    assert name in picture.replace("&quot;", '"')


def test_the_same_chart_is_drawn_once_and_pictures_differ_by_kind() -> None:
    spec = charts.counted("T", "S", [("A", 10)], wide=False)
    assert as_svg(spec).startswith("<svg")
    assert as_png(spec).startswith(b"\x89PNG")
    assert as_png(spec) is as_png(dict(spec))
    assert as_pdf({key: spec[key] for key in spec if key != "usermeta"}).startswith(b"%PDF")


def test_no_picture_fetches_anything() -> None:
    elsewhere = {"data": {"url": "http://127.0.0.1:9/data.json"}, "mark": "bar"}
    with pytest.raises(ValueError, match="not allowed"):
        as_svg(elsewhere)


def test_pictures_kept_are_bounded_and_the_oldest_goes_first() -> None:
    drawn: list[str] = []

    def draw(spec: dict[str, Any]) -> bytes:
        drawn.append(spec["name"])
        return bytes(40)

    kept = _Kept(most_bytes=100)
    for name in ("a", "b", "a", "c", "a", "b"):
        kept.get("svg", {"name": name}, draw)
    assert drawn == ["a", "b", "c", "b"]


def test_a_heat_map_has_every_name_whole_on_as_many_lines_as_it_takes() -> None:
    group, theme = "Child Protection and Digital Forensics", "Support from supervisors"
    force = "Fenmarch Constabulary (invented)"
    spec = charts.heat_map("T", "S", [theme], [(force, 0, [None]), (group, 2, [("2-4 in 10", 2)])])
    words = " ".join(each["text"] for each in values_of(spec, "text") if "text" in each)
    assert words == f"{force} {group} {theme}"
    places = [(each["x"], each["y"]) for each in values_of(spec, "text") if "text" in each]
    assert len(set(places)) == len(places)


def test_a_name_that_no_picture_has_room_for_is_cut_and_says_so() -> None:
    spec = charts.heat_map("T", "S", ["x" * 200], [("y" * 200, 0, [None])])
    for text in (each["text"] for each in values_of(spec, "text") if "text" in each):
        assert text.endswith("…")
        assert len(text) <= charts.NAME_SIGNS
