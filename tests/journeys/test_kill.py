"""The product killed at random instructions of joining, sending, sealing and tallying.

Started again each time, it has lost nothing, doubled nothing and is stuck nowhere: everyone
is enrolled once, every "Sealed" counts once, an invitation comes twice at worst, and the
release is what the answers say, byte for byte.
"""

from datetime import timedelta
from pathlib import Path

import pytest

from bot import wiring
from bot.core.disclosure.earlier import Earlier
from bot.core.disclosure.engine import RoundFacts, protect, rules_of
from bot.core.disclosure.release import Release
from bot.core.responses import LengthOfService, Response, RoleType, encode
from bot.core.rounds import RoundState
from bot.core.tabulation import Tabulator
from bot.officer.texts import check_ins
from bot.sealing.process_keys import opening_keys
from bot.workflows import report, tally
from bot.workflows.catalogue import view_of
from storage import deliveries, participation, rounds, sealed_responses
from storage.states import DeliveryState
from tests.journeys.children import LAPSE
from tests.journeys.trial import (
    ANSWERS,
    FIRST_SENDS,
    MONDAY,
    PEOPLE,
    ROUND,
    TEAM,
    Trial,
    a_trial,
    at,
    everybody,
)
from tests.shares import SHARE


@pytest.mark.sqlite_first("the product is the same, and what a server does for the killed its own")
async def test_killed_anywhere_nothing_is_lost_doubled_or_stuck(
    database_url: str, tmp_path: Path
) -> None:
    # Anywhere on SQLite, half as often without `make fuzz`; once in each stretch on PostgreSQL:
    # the product is the same, and what a server does for the killed is its own business.
    often = database_url.startswith("sqlite")

    def times(kills: int) -> int:
        if not often:
            return 1
        return kills if SHARE == 1 else (kills + 1) // 2

    async with a_trial(database_url, tmp_path, seed=20261130) as trial:
        child, people = trial.child, trial.people
        await child.start()
        await trial.survives(everybody(*(one.joins() for one in people)), times(4), range(5, 16))
        assert await trial.count("SELECT count(*) FROM enrolment") == PEOPLE
        assert await trial.count("SELECT sum(uses_left) FROM enrolment_code") == trial.uses - PEOPLE

        # One kill in each wave of messages: then none may come more than twice.
        await trial.prompt(0)
        invited = everybody(*(one.gets(check_ins.READY) for one in people))
        await trial.survives(invited, 1, FIRST_SENDS)
        await all_sent(trial, check_ins.READY)

        early, late = people[:8], people[8:]
        answered = everybody(*(one.answers(*ANSWERS[n % 4]) for n, one in enumerate(early)))
        await trial.survives(answered, times(3), range(4, 24))

        # A reminder reads like an invitation: what came before it is looked away from.
        for one in people:
            one.looks_up()
        # Drawn until 72 hours after the last moment at which a killed sender may have sent.
        child.move_to(at(3, 18))
        child.tick()
        reminded = everybody(*(one.gets(check_ins.READY) for one in late))
        await trial.survives(reminded, 1, range(2, 3))
        await all_sent(trial, check_ins.READY)
        assert not any(one.got(check_ins.READY) for one in early)
        answered = everybody(*(one.answers(*ANSWERS[n % 4]) for n, one in enumerate(late, 8)))
        await trial.survives(answered, times(2), range(4, 12))

        await trial.prompt(7)
        invited = everybody(*(one.gets(check_ins.READY) for one in people))
        await trial.survives(invited, 1, FIRST_SENDS)
        await all_sent(trial, check_ins.READY)
        answered = everybody(*(one.answers(*ANSWERS[(n + 1) % 4]) for n, one in enumerate(people)))
        await trial.survives(answered, times(3), range(4, 24))

        async with trial.storage.read("look") as tx:
            assert await sealed_responses.count(tx, ROUND) == 2 * PEOPLE
            assert await participation.count(tx, ROUND) == 2 * PEOPLE
        # Acknowledged, or a tap on "Seal" would come again three weeks from now.
        await trial.telegram.updates.polled.wait()
        child.move_to(at(28, 0, 1))
        await trial.survives_ticking(times(4))
        await check_release(trial)

        child.move_to(at(28 + 31, 10))
        await trial.survives_ticking(times(2))
        await check_shredded(trial)
        assert child.kills == 3 + sum(map(times, (4, 3, 2, 3, 4, 2)))


async def all_sent(trial: Trial, kind: str) -> None:
    """Let everything due be sent: nobody got it more than twice, and nothing waits."""
    trial.child.move_to(trial.child.now + LAPSE)
    await trial.child.has_ticked()
    assert all(one.got(kind) <= 2 for one in trial.people)
    async with trial.storage.read("look") as tx:
        assert (await deliveries.counts(tx))[DeliveryState.CLAIMED] == 0


async def check_release(trial: Trial) -> None:
    """The round is released, nobody is remembered, and every "Sealed" counts once."""
    for one in trial.people:
        assert one.has_sealed(), one.phone.transcript()
        # Nothing that was handled again after a kill brought an answer back to the phone.
        assert one.offered().isdisjoint(set().union(*ANSWERS)), one.phone.transcript()
    release = await report.release_of(trial.storage, ROUND)
    expected = await expected_release(trial)
    assert release.content == expected.content
    assert await trial.count("SELECT count(*) FROM participation") == 0
    assert await trial.count(f"SELECT count(*) FROM delivery WHERE round = '{ROUND}'") == 0  # noqa: S608
    keys = opening_keys(trial.keys)
    again = await tally.recount(trial.storage, keys, wiring.instruments_by_key(), ROUND)
    assert again.content == release.content


async def expected_release(trial: Trial) -> Release:
    """Return what the answers say, computed without the database's answers."""
    instruments = wiring.instruments_by_key()
    async with trial.storage.read("look") as tx:
        row = await rounds.get(tx, ROUND)
        assert row is not None
        view = await view_of(tx, row, instruments)
        earlier = await report.results(trial.storage, lambda: trial.child.now)
    tabulator = Tabulator(view.instrument)
    for prompt in (0, 1):
        for number in range(PEOPLE):
            labels = ANSWERS[(number + prompt) % 4]
            answers = tuple(
                (next(i for i, each in enumerate(item.options) if each.label["en"] == label),)
                for item, label in zip(view.instrument.items, labels, strict=True)
            )
            response = Response(
                view.instrument.key,
                prompt,
                TEAM,
                RoleType.NOT_SAID,
                LengthOfService.NOT_SAID,
                answers,
            )
            tabulator.add(encode(response, view.instrument))
    return protect(
        tabulator.table(),
        view.units,
        rules_of(view.programme),
        RoundFacts(
            round_id=ROUND,
            check_in="weekly-pulse",
            title={"en": "Weekly pulse", "cy": "Cip wythnosol"},
            opens_on=MONDAY,
            closes_on=MONDAY + timedelta(days=28),
            programme_version=1,
        ),
        [Earlier(each, view.units) for each in reversed(earlier.releases) if each.round_id < ROUND],
        teams={team.id: team for team in view.programme.force.teams},
    )


async def check_shredded(trial: Trial) -> None:
    """Nothing of the round is left but its release."""
    async with trial.storage.read("look") as tx:
        row = await rounds.get(tx, ROUND)
        assert row is not None
        assert row.state is RoundState.SHREDDED
        assert await sealed_responses.count(tx, ROUND) == 0
        waiting = await rounds.in_state(tx, RoundState.CLOSED)
    assert waiting == []
    assert row.sealing_key not in opening_keys(trial.keys).ids()
    assert (await report.release_of(trial.storage, ROUND)).round_id == ROUND
