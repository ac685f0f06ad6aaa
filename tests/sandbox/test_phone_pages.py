"""What the browser's phones may read and do over HTTP."""

import asyncio
from collections.abc import AsyncIterator

import httpx
import pytest
from telegram import Bot, InlineKeyboardButton, InlineKeyboardMarkup
from telegram.constants import ParseMode

from bot.sandbox.limits import Limits
from bot.sandbox.loopback import serving
from bot.sandbox.phone_pages import Phonebook
from bot.sandbox.serve import sandbox_app
from bot.sandbox.telegram_state import Telegram
from tests.sandbox.conftest import PLAIN


@pytest.fixture
def book(telegram: Telegram) -> Phonebook:
    return Phonebook(telegram)


@pytest.fixture
async def address(book: Phonebook) -> AsyncIterator[str]:
    """Here the bot's fixture calls the whole sandbox, pages and all."""
    async with serving(sandbox_app(book)) as address:
        yield address


@pytest.fixture
async def page(address: str) -> AsyncIterator[httpx.AsyncClient]:
    """A browser on the sandbox's own page."""
    headers = {"origin": address, "sec-fetch-site": "same-origin"}
    async with httpx.AsyncClient(base_url=address, headers=headers, **PLAIN) as client:
        yield client


async def test_a_phone_can_be_added_started_and_tapped(
    page: httpx.AsyncClient, book: Phonebook, bot: Bot
) -> None:
    added = (await page.post("/sandbox/phones", json={})).json()
    assert (await page.get("/sandbox/phones")).json()["phones"] == [added]
    assert not added["started"]
    chat = f"/sandbox/phones/{added['id']}"
    await page.post(f"{chat}/messages", json={"text": "/start CODE"})
    markup = InlineKeyboardMarkup([[InlineKeyboardButton("Good", callback_data="secret content")]])
    await bot.send_message(
        added["id"], "<b>How?</b> Call 999", parse_mode=ParseMode.HTML, reply_markup=markup
    )
    state = (await page.get(f"{chat}/chat")).json()
    assert state["phone"]["started"]
    assert [one["mine"] for one in state["messages"]] == [True, False]
    question = state["messages"][1]
    assert question["segments"] == [
        {"text": "How?", "kinds": ["bold"], "link": ""},
        {"text": " Call ", "kinds": [], "link": ""},
        {"text": "999", "kinds": [], "link": "tel:999"},
    ]
    assert question["buttons"] == [[{"label": "Good", "action": "callback_data", "value": ""}]]
    assert state["notification"]["text"] == "How? Call 999"
    tap = {"message_id": question["id"], "row": 0, "column": 0}
    assert (await page.post(f"{chat}/taps", json=tap)).status_code == 200
    query = (await bot.get_updates())[-1].callback_query
    assert query is not None
    assert query.data == "secret content"
    await query.answer("Noted")
    after = (await page.get(f"{chat}/chat")).json()
    assert [one["text"] for one in after["toasts"]] == ["Noted"]
    assert after["spinning"] == 0
    gone = await page.post(f"{chat}/taps", json=tap | {"row": 7})
    assert gone.status_code == 409


async def test_the_chat_is_answered_as_soon_as_it_changes(
    page: httpx.AsyncClient, book: Phonebook
) -> None:
    phone = book.add()
    watched = asyncio.create_task(
        page.get(f"/sandbox/phones/{phone.id}/chat", params={"after": phone.chat.revision})
    )
    await phone.chat.changed.awaited.wait()
    await phone.send("hello")
    state = (await watched).json()
    assert state["revision"] == phone.chat.revision
    assert [one["segments"][0]["text"] for one in state["messages"]] == ["hello"]


async def test_blocking_stops_writing_and_tapping(page: httpx.AsyncClient, book: Phonebook) -> None:
    phone = book.add()
    chat = f"/sandbox/phones/{phone.id}"
    await page.post(f"{chat}/block", json={"blocked": True})
    assert phone.chat.blocked
    assert (await page.post(f"{chat}/messages", json={"text": "hello"})).status_code == 409
    await page.post(f"{chat}/block", json={"blocked": False})
    assert (await page.post(f"{chat}/messages", json={"text": "hello"})).status_code == 200


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"origin": "https://elsewhere.example", "sec-fetch-site": "cross-site"}, 403),
        ({"origin": "https://elsewhere.example"}, 403),
        ({"sec-fetch-site": "same-site"}, 403),
        ({"origin": "null"}, 403),
        ({}, 403),
        ({"sec-fetch-site": "same-origin", "content-type": "text/plain"}, 415),
        ({"sec-fetch-site": "same-origin"}, 201),
        ({"sec-fetch-site": "none"}, 201),
    ],
)
async def test_only_the_page_itself_may_change_something(
    address: str, book: Phonebook, headers: dict[str, str], status: int
) -> None:
    async with httpx.AsyncClient(**PLAIN) as client:
        answer = await client.post(
            f"{address}/sandbox/phones",
            content="{}",
            headers={"content-type": "application/json"} | headers,
        )
    assert answer.status_code == status
    assert len(book.phones) == (status == 201)


@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"sec-fetch-site": "cross-site"}, 403),
        ({"sec-fetch-site": "same-site"}, 403),
        ({"origin": "https://elsewhere.example"}, 403),
        # What an old browser sends for a picture says nothing of the page.
        ({"user-agent": "Mozilla/5.0 (old)"}, 403),
        ({"user-agent": "Mozilla/5.0 (new)", "sec-fetch-site": "none"}, 200),
        ({"sec-fetch-site": "none"}, 200),
        ({}, 200),
    ],
)
async def test_no_page_of_another_site_is_taken_for_the_bot(
    address: str, book: Phonebook, method: str, headers: dict[str, str], status: int
) -> None:
    phone = book.add()
    await phone.start()
    message = {"chat_id": str(phone.id), "text": "hello"}
    url = f"{address}/bot{book.telegram.token}/sendMessage"
    async with httpx.AsyncClient(**PLAIN) as client:
        answer = await client.request(method, url, params=message, headers=headers)
    assert (answer.status_code, answer.json()["ok"]) == (status, status == 200)
    assert len(book.telegram.calls) == (status == 200)
    assert len(phone.messages) == 1 + (status == 200)


async def test_nonsense_is_refused_with_a_reason(page: httpx.AsyncClient, book: Phonebook) -> None:
    chat = f"/sandbox/phones/{book.add().id}"
    for path, content in (
        ("messages", {"text": " "}),
        ("messages", ["text"]),
        ("taps", {"row": 1}),
    ):
        answer = await page.post(f"{chat}/{path}", json=content)
        assert answer.status_code == 400
        assert answer.text
    assert (await page.get(f"{chat}/chat?after=x")).status_code == 400
    assert (await page.get("/sandbox/phones/1/chat")).status_code == 404


async def test_pictures_are_shown_and_documents_are_only_saved(
    page: httpx.AsyncClient, book: Phonebook, bot: Bot
) -> None:
    phone = book.add()
    await phone.start()
    picture = await bot.send_photo(phone.id, b"\x89PNG\r\n\x1a\n")
    document = await bot.send_document(phone.id, b"<script>", filename="page.html")
    files = f"/sandbox/phones/{phone.id}/files"
    shown = await page.get(f"{files}/{picture.message_id}")
    assert shown.headers["content-type"] == "image/png"
    saved = await page.get(f"{files}/{document.message_id}")
    assert saved.headers["content-type"] == "application/octet-stream"
    assert saved.headers["content-disposition"] == "attachment"


async def test_the_page_has_no_inline_script_or_style(page: httpx.AsyncClient) -> None:
    answer = await page.get("/", follow_redirects=True)
    assert answer.url.path == "/phones"
    assert "default-src 'self'" in answer.headers["content-security-policy"]
    assert "style=" not in answer.text
    assert "<script>" not in answer.text
    for name in ("phone.css", "phone.js", "phones.js", "bubbles.js", "phone.svg"):
        static = await page.get(f"/sandbox/static/{name}")
        assert static.status_code == 200
        assert "innerHTML" not in static.text


async def test_another_name_of_this_machine_is_refused(page: httpx.AsyncClient) -> None:
    answer = await page.get("/phones", headers={"host": "rebound.example"})
    assert answer.status_code == 400


async def test_stopping_the_server_answers_who_watches_a_chat() -> None:
    book = Phonebook(Telegram(limits=Limits.none()))
    phone = book.add()
    async with httpx.AsyncClient(**PLAIN) as client:
        async with serving(sandbox_app(book)) as address:
            chat = f"{address}/sandbox/phones/{phone.id}/chat?after={phone.chat.revision}"
            watched = asyncio.create_task(client.get(chat))
            await phone.chat.changed.awaited.wait()
        assert (await watched).status_code == 200
