"""Codes by errand: whoever makes one holds no key, and whoever keys one believes nothing."""

import secrets
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select, update

from bot.core.access import OPERATOR, NotAllowed, Role, Visitor
from bot.core.errands import Outcome
from bot.workflows import errands, team_codes, team_errands
from bot.workflows.codes import CodeProblem, Offer, look_up_code
from bot.workflows.errands import Kind
from bot.workflows.team_codes import MadeCode
from storage import audit, listed_codes
from storage import errands as stored
from storage.tables import enrolment_code, listed_code
from tests.people import with_access
from tests.workflows.office import Office, an_office

pytestmark = pytest.mark.sqlite_first("one path runs on both")

SAM = 7_300_000_901
ROBIN = Visitor("Robin Reed", frozenset({Role.ADMIN}))


async def prepared(office: Office, *teams: str) -> list[MadeCode]:
    return await team_codes.prepare(
        office.storage, teams, None, None, office.clock, secrets.token_bytes
    )


async def asked(office: Office, *teams: str, rotate: bool = False) -> tuple[list[MadeCode], int]:
    made = await prepared(office, *teams)
    number = await team_errands.ask_to_issue(
        office.storage, made, ROBIN, office.clock, rotate=rotate
    )
    return made, number


async def carried_out(office: Office, number: int) -> Outcome:
    await with_access(office.storage, ROBIN)
    handlers = team_errands.handlers(office.storage, office.address, office.clock)
    await errands.carry_out_due(office.storage, handlers, office.clock)
    outcome = await errands.outcome(office.storage, number, office.clock)
    assert outcome is not None
    return outcome


async def tried(office: Office, made: MadeCode) -> Offer | CodeProblem:
    return await look_up_code(office.storage, office.address, SAM, made.code, office.clock)


async def trail(office: Office) -> list[tuple[str, str, str, str]]:
    async with office.storage.read("look") as tx:
        entries = [each.entry for each in await audit.all(tx)]
    return [
        (each.actor, each.act, each.subject, each.detail) for each in entries if "code" in each.act
    ]


async def test_a_code_works_once_the_errand_is_done(database_url: str, tmp_path: Path) -> None:
    async with an_office(database_url, tmp_path) as office:
        (made,), number = await asked(office, "harbour-response")
        assert await tried(office, made) is CodeProblem.UNKNOWN
        outcome = await carried_out(office, number)
        assert outcome.done
        assert outcome.sentence.startswith("The new code works, up to and including ")
        assert isinstance(await tried(office, made), Offer)
        (ask, issue) = await trail(office)
        assert ask[:3] == ("Robin Reed", "ask to issue code", "team harbour-response")
        assert issue[:3] == ("Robin Reed", "issue code", "team harbour-response")


async def test_neither_the_code_nor_its_hash_stays_behind(
    database_url: str, tmp_path: Path
) -> None:
    async with an_office(database_url, tmp_path) as office:
        (made,), number = await asked(office, "harbour-response")
        async with office.storage.read("look") as tx:
            waiting = await stored.get(tx, number)
        assert waiting is not None
        assert made.hashed.hashed.hex() in waiting.errand.detail["digest"]
        assert made.code not in repr(waiting)
        await carried_out(office, number)
        async with office.storage.read("look") as tx:
            done = await stored.get(tx, number)
        assert done is not None
        assert done.errand.detail == {}
        told = repr(await trail(office))
        assert made.code not in told
        assert made.hashed.hashed.hex() not in told


@pytest.mark.whole_path
async def test_many_codes_travel_together_and_work_all_or_none(
    database_url: str, tmp_path: Path
) -> None:
    async with an_office(database_url, tmp_path) as office:
        made, number = await asked(office, "harbour-response", "dog-unit")
        assert (await carried_out(office, number)).sentence.startswith("2 new codes work")
        assert all([isinstance(await tried(office, each), Offer) for each in made])
        (first, second) = await prepared(office, "harbour-response", "dog-unit")
        gone = replace(second, team=second.team.model_copy(update={"id": "heron-unit"}))
        number = await team_errands.ask_to_issue(
            office.storage, [first, gone], ROBIN, office.clock, rotate=False
        )
        outcome = await carried_out(office, number)
        assert not outcome.done
        assert "There is no team heron-unit" in outcome.sentence
        assert await tried(office, first) is CodeProblem.UNKNOWN


async def test_rotating_revokes_the_older_ones(sqlite_database: str, tmp_path: Path) -> None:
    async with an_office(sqlite_database, tmp_path) as office:
        (old,), number = await asked(office, "dog-unit")
        await carried_out(office, number)
        (new,), number = await asked(office, "dog-unit", rotate=True)
        assert (await carried_out(office, number)).sentence.endswith(
            "Older codes that no longer do: 1."
        )
        assert await tried(office, old) is CodeProblem.EXPIRED
        assert isinstance(await tried(office, new), Offer)


async def test_what_was_checked_where_the_code_was_made_is_checked_again(
    sqlite_database: str, tmp_path: Path
) -> None:
    async with an_office(sqlite_database, tmp_path) as office:
        (made,) = await prepared(office, "harbour-response")
        for wrong, sentence in (
            (replace(made, uses=1), "needs at least 10 uses"),
            (replace(made, expires_on=made.expires_on + timedelta(days=400)), "last day"),
        ):
            number = await team_errands.ask_to_issue(
                office.storage, [wrong], ROBIN, office.clock, rotate=False
            )
            outcome = await carried_out(office, number)
            assert not outcome.done
            assert sentence in outcome.sentence
        assert await office.number("SELECT count(*) FROM enrolment_code") == 0


@pytest.mark.parametrize(
    "detail",
    [
        {},
        {"digest": "harbour-response 48 abc", "until": "2027-01-01"},
        {"digest": f"harbour-response 0 {'a' * 64}", "until": "2027-01-01"},
        {"digest": f"harbour-response 48 {'a' * 64}\n", "until": "2027-01-01"},
        {"digest": f"harbour-response 48 {'a' * 64}", "until": "soon"},
    ],
)
async def test_what_cannot_be_read_is_refused(
    sqlite_database: str, tmp_path: Path, detail: dict[str, str]
) -> None:
    async with an_office(sqlite_database, tmp_path) as office:
        number = await errands.ask(
            office.storage, Kind.ISSUE_CODE, "team x", detail, ROBIN, office.clock
        )
        outcome = await carried_out(office, number)
        assert not outcome.done
        assert "cannot be read" in outcome.sentence


async def test_a_code_is_revoked_by_the_id_that_is_listed(
    database_url: str, tmp_path: Path
) -> None:
    async with an_office(database_url, tmp_path) as office:
        (made,), number = await asked(office, "dog-unit")
        await carried_out(office, number)
        today = office.now.date()
        async with office.storage.read("look") as tx:
            (listed,) = await listed_codes.working(tx, today, ["dog-unit"])
            assert await listed_codes.teams_with_codes(tx, today) == {"dog-unit"}
        assert (listed.team, listed.expires_on) == ("dog-unit", made.expires_on)
        number = await team_errands.ask_to_revoke(
            office.storage, "dog-unit", listed.id, ROBIN, office.clock
        )
        assert (await carried_out(office, number)).done
        assert await tried(office, made) is CodeProblem.EXPIRED
        async with office.storage.read("look") as tx:
            assert await listed_codes.working(tx, today) == []
            assert await listed_codes.teams_with_codes(tx, today) == set()
        number = await team_errands.ask_to_revoke(
            office.storage, "dog-unit", listed.id, ROBIN, office.clock
        )
        assert not (await carried_out(office, number)).done


async def test_using_a_code_touches_nothing_that_is_listed(
    database_url: str, tmp_path: Path
) -> None:
    async with an_office(database_url, tmp_path) as office:
        (made,), number = await asked(office, "harbour-response")
        await carried_out(office, number)
        before = await rows(office)
        assert await office.join(SAM, made.code) is True
        assert await rows(office) == before


async def rows(office: Office) -> list[object]:
    async with office.storage.read("look") as tx:
        return [tuple(row) for row in await tx.all(select(listed_code))]


async def test_whoever_may_not_issue_codes_cannot_ask(sqlite_database: str, tmp_path: Path) -> None:
    async with an_office(sqlite_database, tmp_path) as office:
        made = await prepared(office, "dog-unit")
        for role in (Role.LEAD, Role.AUDITOR):
            with pytest.raises(NotAllowed):
                await team_errands.ask_to_issue(
                    office.storage,
                    made,
                    Visitor("Kit", frozenset({role})),
                    office.clock,
                    rotate=False,
                )
        assert await team_errands.ask_to_revoke(
            office.storage, "dog-unit", "abc", OPERATOR, office.clock
        )


async def test_a_poster_of_before_still_lets_people_in(
    sqlite_database: str, tmp_path: Path
) -> None:
    async with an_office(sqlite_database, tmp_path) as office:
        code = await office.code("dog-unit")
        async with office.storage.transaction("as it was") as tx:
            former = office.address.former_code_digest(code)
            await tx.execute(update(enrolment_code).values(digest=former))
        assert isinstance(
            await look_up_code(office.storage, office.address, SAM, code, office.clock), Offer
        )
        assert await office.join(SAM, code) is True
