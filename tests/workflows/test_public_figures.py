"""Public figures: one draw for a round, a budget for a year, and no release held up."""

import logging
from pathlib import Path
from typing import Any

import opendp.prelude as dp
import pytest

from bot.core.disclosure.public_figures import DamagedFigures
from bot.core.programme import Programme, PublicFigureSettings
from bot.workflows import public_figures, tally
from bot.workflows.public_figures import (
    NoNoise,
    NoPublicFigures,
    all_drawn,
    check_noise,
    discrete_laplace,
    figures_of,
)
from storage import audit
from tests.programmes import pulse_alone
from tests.workflows.office import NEXT_ROUND, ROUND, Office, an_office, at

pytestmark = pytest.mark.sqlite_first("figures are drawn alike: one path runs on both")


def publishing(per_year: float = 1.0, per_release: float = 0.25) -> Programme:
    """The invented force, with figures to leave it."""
    document = pulse_alone()
    wanted = PublicFigureSettings(epsilon_per_year=per_year, epsilon_per_release=per_release)
    disclosure = document.disclosure.model_copy(update={"public_figures": wanted})
    return document.model_copy(update={"disclosure": disclosure})


async def released(office: Office, day: int, round_id: str) -> None:
    """Let a round of three answers close on a day, and count it."""
    officers = await office.joined(3)
    await office.turn()
    for officer in officers:
        await office.answers(officer, day // 7 % 4, round_id=round_id)
    office.now = at(day, 0)
    await office.turn()
    assert await office.count() == [round_id]


async def acts(office: Office) -> list[tuple[str, str]]:
    """What the audit trail says of public figures."""
    async with office.storage.read("trail") as tx:
        entries = [record.entry for record in await audit.all(tx)]
    return [(each.act, each.detail) for each in entries if "public figures" in each.act]


@pytest.mark.whole_path
async def test_figures_are_drawn_with_the_release_and_never_again(
    database_url: str, tmp_path: Path
) -> None:
    async with an_office(database_url, tmp_path, document=publishing()) as office:
        await released(office, 28, ROUND)
        figures = await figures_of(office.storage, ROUND)
        # Four prompts, four themes without supervision, the force alone: no department has 125.
        assert figures.document["noise"] == {
            "kind": "discrete Laplace",
            "scale": 64,
            "sensitivity": 16,
            "answers_of_one_person": 4,
        }
        await tally.recount(office.storage, office.opening, office.instruments, ROUND)
        drawn = await all_drawn(office.storage)
        assert [each.content for each in drawn.figures] == [figures.content]
        assert drawn.used == ((figures.year, 250),)
        assert await acts(office) == [("public figures", f"epsilon 0.25, {figures.hash.hex()}")]
        # Of three people nothing is sure enough to be shown.
        shown = [scale for each in figures.document["groups"] for scale in each["scales"].values()]
        assert set(map(type, shown)) == {type(None)}


async def test_a_round_that_was_drawn_is_not_drawn_again(database_url: str, tmp_path: Path) -> None:
    async with an_office(database_url, tmp_path, document=publishing()) as office:
        await released(office, 28, ROUND)
        before = await figures_of(office.storage, ROUND)
        # As if somebody had set the round back and taken its release away.
        view = await office.view()
        async with office.storage.transaction("again") as tx:
            nothing: Any = None
            await public_figures.draw(tx, nothing, view, nothing, office.clock)
        assert (await figures_of(office.storage, ROUND)).content == before.content


async def test_when_the_budget_is_used_up_the_release_comes_without_figures(
    database_url: str, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    # One release fits into the year, and the next round closes in the same year.
    async with an_office(database_url, tmp_path, document=publishing(0.4)) as office:
        await released(office, 28, ROUND)
        year = office.now.year
        await released(office, 56, NEXT_ROUND)
        assert office.now.year == year
        drawn = await all_drawn(office.storage)
        assert [each.round_id for each in drawn.figures] == [ROUND]
        assert drawn.used == ((year, 250),)
        with pytest.raises(NoPublicFigures, match=NEXT_ROUND):
            await figures_of(office.storage, NEXT_ROUND)
        assert (await acts(office))[-1] == (
            "no public figures",
            f"the budget of {year} is used up: 0.25 of 0.4",
        )
        assert "is used up" in caplog.text


async def test_without_the_setting_nothing_is_drawn(database_url: str, tmp_path: Path) -> None:
    async with an_office(database_url, tmp_path) as office:
        await released(office, 28, ROUND)
        assert (await all_drawn(office.storage)).figures == ()
        assert await acts(office) == []


async def test_without_the_extra_the_release_comes_all_the_same(
    sqlite_database: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    monkeypatch.setattr(public_figures, "find_spec", lambda name: None)
    with pytest.raises(NoNoise, match="which is not installed"):
        check_noise()
    async with an_office(sqlite_database, tmp_path, document=publishing()) as office:
        with caplog.at_level(logging.ERROR):
            await released(office, 28, ROUND)
        drawn = await all_drawn(office.storage)
        # Nothing was told, so nothing is used up.
        assert (drawn.figures, drawn.used) == ((), ())
        assert "need the extra [dp]" in caplog.text


async def test_damaged_figures_are_not_shown(sqlite_database: str, tmp_path: Path) -> None:
    async with an_office(sqlite_database, tmp_path, document=publishing()) as office:
        await released(office, 28, ROUND)
        await office.change("DROP TRIGGER public_figures_refuses_update")
        await office.change("UPDATE public_figures SET content = CAST(content || ' ' AS BLOB)")
        with pytest.raises(DamagedFigures):
            await figures_of(office.storage, ROUND)
        with pytest.raises(DamagedFigures):
            await all_drawn(office.storage)


# --- The noise itself -------------------------------------------------------------------


def test_noise_is_whole_centred_and_of_the_scale_that_was_asked_for() -> None:
    drawn = discrete_laplace([1000] * 4000, 40)
    noise = [count - 1000 for count in drawn]
    # The mean of 4,000 draws is within 6 standard errors (0.9 each), as is their mean size.
    assert abs(sum(noise) / len(noise)) < 5.4
    assert abs(sum(map(abs, noise)) / len(noise) - 40) < 4
    assert discrete_laplace([1000] * 50, 40) != drawn[:50]


@pytest.mark.parametrize(("sensitivity", "epsilon"), [(32, 250), (8, 1000), (3, 700), (200, 10)])
def test_the_library_agrees_about_the_privacy_loss(sensitivity: int, epsilon: int) -> None:
    check_noise()
    dp.enable_features("contrib")
    scale = -(-1000 * sensitivity // epsilon)
    space = dp.vector_domain(dp.atom_domain(T=int)), dp.l1_distance(T=int)
    measurement = dp.m.make_laplace(*space, scale=float(scale))
    # Its own arithmetic rounds up, by less than a billionth.
    loss = measurement.map(sensitivity)  # type: ignore[no-untyped-call]
    assert loss <= epsilon / 1000 + 1e-9
