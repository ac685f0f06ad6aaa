"""The force's own sign-in and strangers: nobody is bound by looking, and nobody shut out."""

from bot.core.access import OPERATOR, Role
from tests.web.doors import sign_in
from tests.web.test_oidc import THROUGH, Scene, scene

__all__ = ["scene"]


async def test_looking_at_an_address_binds_nobody(scene: Scene) -> None:
    link = await scene.made.invite("Robin Example", Role.LEAD)
    client = scene.made.browser()
    for path in (link, f"{link}/through"):
        answer = await client.get(path)
        assert answer.status_code == (200 if path == link else 405)
        assert "set-cookie" not in answer.headers
    del client.headers["Sec-Fetch-Site"]
    for headers, status in (({}, 403), ({"Sec-Fetch-Site": "cross-site"}, 403)):
        refused = await client.post(f"{link}/through", data={"": ""}, headers=headers)
        assert refused.status_code == status
        assert "set-cookie" not in refused.headers
    assert scene.provider.asked == []


async def test_an_invite_is_not_accepted_while_somebody_else_is_signed_in(scene: Scene) -> None:
    client, device = await scene.made.accepted("Sam Example", Role.LEAD)
    link = await scene.made.invite("Robin Example", Role.ADMIN)
    refused = await client.post(f"{link}/through", data={"": ""})
    assert refused.status_code == 403
    assert "This invite is for Robin Example, and you are signed in as Sam Example" in refused.text
    assert "set-cookie" not in refused.headers
    # Nothing was used up, and whoever it is for may be signed in.
    member = await scene.made.house.staff.named("Sam Example")
    own = await scene.made.house.staff.invite_again(member.id, OPERATOR)
    answer = await scene.through(client, f"/invite/{own.secret}/through")
    assert answer.status_code == 200
    assert (await sign_in(scene.made.browser(), device)).status_code == 403
    await client.post("/sign-out")
    scene.provider.subject = "another"
    assert (await scene.through(client, f"{link}/through")).status_code == 200


async def test_strangers_shut_nobody_out_of_the_forces_own_sign_in(scene: Scene) -> None:
    client = await scene.bound()
    link = await scene.made.invite("Sam Example", Role.ADMIN)
    stranger = scene.made.browser()
    for number in range(61):
        assert (await stranger.get(THROUGH)).status_code == 303
        refused = await stranger.get(f"/sign-in/return?state={number:064x}&code=x")
        assert refused.status_code == 403
    back = await scene.back(client)
    headers = {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Dest": "document"}
    assert (await client.get(back, headers=headers)).status_code == 200
    # What was answered once is answered, also in reserve.
    assert (await client.get(back, headers=headers)).status_code == 403
    assert (await client.get("/results")).status_code == 200
    # The provider is asked about so many of those, and not about what nobody began.
    scene.made.door.limits._asked.most = 2
    assert (await scene.through(client)).status_code == 200
    assert (await scene.through(client)).status_code == 429
    scene.provider.subject = "another"
    assert (await scene.through(scene.made.browser(), f"{link}/through")).status_code == 200
