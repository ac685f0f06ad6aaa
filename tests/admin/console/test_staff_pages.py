"""The pages about who has access, as admins, auditors and their subjects meet them."""

import re
from collections.abc import AsyncIterator

import httpx
import pytest

from bot.admin.console.staff import staff_routes
from bot.core.access import OPERATOR, Role
from tests.admin.console.consoles import words
from tests.programmes import the_example
from tests.web.doors import Doorway, a_doorway, accept, sign_in

NORTH = the_example().force.departments[0]
LINK = re.compile(r'value="https://standeasy\.example(/invite/[0-9a-f]{64})"')


@pytest.fixture
async def made(sqlite_database: str) -> AsyncIterator[Doorway]:
    """A door with these pages behind it."""
    async with a_doorway(sqlite_database) as made:
        made.routes = staff_routes(made.house.staff, made.door)
        await made.house.load_programme()
        yield made


async def link_in(answer: httpx.Response) -> str:
    """Return the path of the link on a page."""
    assert answer.status_code == 200, answer.text
    found = LINK.search(answer.text)
    assert found
    return found[1]


async def test_an_admin_invites_a_lead_of_one_department_who_comes_in(made: Doorway) -> None:
    admin, _ = await made.accepted("Robin Example")
    page = await admin.get("/staff/invite")
    assert NORTH.name in page.text
    answer = await admin.post(
        "/staff/invite",
        data={"name": "Sam Example", "roles": ["lead"], "departments": [NORTH.id]},
    )
    lead = made.browser()
    assert (await accept(lead, await link_in(answer), made.authenticator())).status_code == 303
    listed = words((await admin.get("/staff")).text)
    assert f"Sam Example lead: {NORTH.name} signs in by passkey" in listed
    assert "One admin can sign in" in listed
    refused = await lead.get("/staff")
    assert refused.status_code == 403
    member = await made.house.staff.named("Sam Example")
    assert member.departments == frozenset({NORTH.id})


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"name": "", "roles": "lead", "departments": "all"}, "The name is empty"),
        ({"name": "x" * 61, "roles": "lead", "departments": "all"}, "has 61 characters"),
        ({"name": "<script>", "roles": "lead", "departments": "all"}, "The name contains &lt;"),
        ({"name": "robin example", "roles": "lead", "departments": "all"}, "is taken"),
        ({"name": "ticker", "roles": "lead", "departments": "all"}, "is taken"),
        ({"name": "Sam", "departments": "all"}, "No role was chosen"),
        ({"name": "Sam", "roles": "operator", "departments": "all"}, "No role was chosen"),
        ({"name": "Sam", "roles": "lead"}, "No department was chosen"),
        ({"name": "Sam", "roles": "lead", "departments": "../x"}, "no department ../x"),
    ],
)
async def test_what_is_wrong_stands_beside_the_field_and_what_was_typed_is_still_there(
    made: Doorway, fields: dict[str, str], said: str
) -> None:
    admin, _ = await made.accepted("Robin Example")
    answer = await admin.post("/staff/invite", data=fields)
    assert answer.status_code == 422
    assert said in answer.text
    assert 'aria-invalid="true"' in answer.text
    if fields["name"] == "Sam":
        assert 'value="Sam"' in answer.text
    assert [each.member.name for each in await made.house.staff.list()] == ["Robin Example"]


async def test_an_auditor_sees_everybody_and_changes_nobody(made: Doorway) -> None:
    await made.accepted("Robin Example")
    auditor, _ = await made.accepted("Owl Example", Role.AUDITOR)
    robin = (await made.house.staff.named("Robin Example")).id
    assert "Robin Example" in (await auditor.get("/staff")).text
    page = await auditor.get(f"/staff/{robin}")
    assert "<form" not in words(page.text)
    assert "Save" not in words(page.text)
    before = await made.house.acts()
    for path in ("/invite", f"/{robin}", f"/{robin}/invite", f"/{robin}/end", f"/{robin}/sign-out"):
        answer = await auditor.post(f"/staff{path}", data={"roles": "admin", "sure": "yes"})
        assert answer.status_code == 403
    assert await made.house.acts() == before


async def test_a_change_of_rights_signs_out_and_counts_at_once(made: Doorway) -> None:
    admin, _ = await made.accepted("Robin Example")
    lead, device = await made.accepted("Sam Example", Role.LEAD)
    sam = (await made.house.staff.named("Sam Example")).id
    answer = await admin.post(f"/staff/{sam}", data={"roles": ["auditor"], "departments": "all"})
    assert answer.headers["Location"] == f"/staff/{sam}?said=changed"
    assert "sign in anew" in (await admin.get(answer.headers["Location"])).text
    assert (await lead.get("/staff")).status_code == 303
    await sign_in(lead, device)
    assert (await lead.get("/staff")).status_code == 200


async def test_before_an_admin_goes_the_page_says_what_becomes_of_invites(made: Doorway) -> None:
    admin, _ = await made.accepted("Robin Example")
    await made.accepted("Sam Example")
    await made.accepted("Alex Example", Role.LEAD)
    said = "every invite that is out stops working, whoever made it"
    for name, times in (("Sam Example", 2), ("Alex Example", 0)):
        member = await made.house.staff.named(name)
        page = words((await admin.get(f"/staff/{member.id}")).text)
        assert page.lower().count(said) == times


async def test_nobody_changes_their_own_rights(made: Doorway) -> None:
    admin, _ = await made.accepted("Robin Example")
    robin = (await made.house.staff.named("Robin Example")).id
    assert "changed by another admin" in words((await admin.get(f"/staff/{robin}")).text)
    for path in ("", "/invite", "/end", "/withdraw"):
        fields = {"roles": ["admin", "lead"], "departments": "all", "sure": "yes"}
        answer = await admin.post(f"/staff/{robin}{path}", data=fields)
        assert answer.status_code == 422
        assert "by another admin, not by yourself" in answer.text


async def test_lost_passkeys_are_recovered_and_access_ends_and_comes_back(made: Doorway) -> None:
    admin, _ = await made.accepted("Robin Example")
    _, lost = await made.accepted("Sam Example", Role.LEAD)
    sam = (await made.house.staff.named("Sam Example")).id
    link = await link_in(await admin.post(f"/staff/{sam}/invite", data={"": ""}))
    found, browser = made.authenticator(), made.browser()
    assert "replaces your passkeys" in (await browser.get(link)).text
    assert (await accept(browser, link, found)).status_code == 303
    assert (await sign_in(made.browser(), lost)).status_code == 403
    refused = await admin.post(f"/staff/{sam}/end", data={"": ""})
    assert refused.status_code == 422
    assert "Tick the box" in refused.text
    answer = await admin.post(f"/staff/{sam}/end", data={"sure": "yes"})
    assert answer.headers["Location"] == f"/staff/{sam}?said=ended"
    assert (await sign_in(made.browser(), found)).status_code == 403
    page = words((await admin.get("/staff")).text)
    assert "Access that ended" in page
    assert "Give access back" in (await admin.get(f"/staff/{sam}")).text
    await link_in(await admin.post(f"/staff/{sam}/invite", data={"": ""}))
    answer = await admin.post(f"/staff/{sam}/withdraw", data={"": ""})
    assert answer.headers["Location"] == f"/staff/{sam}?said=withdrawn"
    assert "the invite ran out" in words((await admin.get("/staff")).text)


async def test_somebody_else_is_signed_out(made: Doorway) -> None:
    admin, _ = await made.accepted("Robin Example")
    other, _ = await made.accepted("Sam Example")
    sam = (await made.house.staff.named("Sam Example")).id
    answer = await admin.post(f"/staff/{sam}/sign-out", data={"": ""})
    assert answer.headers["Location"] == f"/staff/{sam}?said=signed-out"
    assert (await other.get("/staff")).status_code == 303
    page = words((await admin.get("/staff")).text)
    assert "One admin" not in page


@pytest.mark.parametrize("path", ["/x", "/../x", "/%00", "/é"])
async def test_who_is_not_there_is_no_page(made: Doorway, path: str) -> None:
    admin, _ = await made.accepted("Robin Example")
    assert (await admin.get(f"/staff{path}")).status_code == 404
    for act in ("", "/invite", "/end", "/sign-out"):
        fields = {"roles": "lead", "departments": "all", "sure": "yes"}
        answer = await admin.post(f"/staff{path}{act}", data=fields)
        assert answer.status_code in (404, 405)


async def test_an_admin_whose_role_goes_in_mid_page_does_nothing(made: Doorway) -> None:
    admin, _ = await made.accepted("Robin Example")
    await made.accepted("Sam Example")
    robin = (await made.house.staff.named("Robin Example")).id
    await made.house.staff.disable(robin, OPERATOR)
    answer = await admin.post("/staff/invite", data={"name": "New", "roles": "admin"})
    assert answer.status_code == 403
