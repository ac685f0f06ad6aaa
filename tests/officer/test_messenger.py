"""The messenger against a Telegram that fails: what is shown in the end, and what is given up."""

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
from telegram import Bot
from telegram.error import BadRequest, Forbidden, NetworkError
from telegram.request import HTTPXRequest

from bot.core.profiles import Profile
from bot.officer import messenger as rooms
from bot.officer.check_in_screens import after_sealing
from bot.officer.messenger import TRIES, TelegramMessenger
from bot.officer.screen import Screen, plain
from bot.officer.support import support_menu
from bot.officer.texts import check_ins, common, leaving
from bot.sandbox.bot_api import bot_api
from bot.sandbox.limits import Limits
from bot.sandbox.loopback import serving
from bot.sandbox.phones import Phone
from bot.sandbox.telegram_state import Telegram
from bot.workflows.follow_up_sending import FollowUpMessage
from bot.workflows.invite import Invitation, Sent, TryLater
from storage.states import FollowUpKind
from tests.officer.every_screen import ENGLISH
from tests.officer.views import BUTTONS, a_view

MENU = support_menu(ENGLISH)
KEPT = plain(ENGLISH, leaving.KEPT)


@pytest.fixture(autouse=True)
def _without_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rooms, "_FIRST_PAUSE", 0.0)


@pytest.fixture
async def telegram() -> Telegram:
    return Telegram(limits=Limits.none())


@pytest.fixture
async def messenger(telegram: Telegram) -> AsyncIterator[TelegramMessenger]:
    async with serving(bot_api(telegram)) as address:
        request = HTTPXRequest(httpx_kwargs={"trust_env": False, "verify": False})
        async with Bot(telegram.token, base_url=f"{address}/bot", request=request) as bot:
            yield TelegramMessenger(bot, BUTTONS, per_second=1_000)


@pytest.fixture
async def phone(telegram: Telegram) -> Phone:
    started = Phone(telegram)
    await started.start()
    return started


def an_invitation(phone: Phone, *, reminder: bool = False) -> Invitation:
    """An invitation to the first prompt."""
    return Invitation(Profile(phone.id), a_view(), prompt=0, unit=0, reminder=reminder)


def shown(phone: Phone) -> list[str]:
    """Return what the bot wrote."""
    return [message.html for message in phone.received]


async def test_a_screen_is_shown_as_it_is(messenger: TelegramMessenger, phone: Phone) -> None:
    await messenger.show(phone.id, MENU)
    assert phone.last.html == MENU.text
    assert phone.last.buttons == [[button.label for button in row] for row in MENU.rows]
    assert not phone.last.protected


async def test_a_message_is_replaced_in_its_place(
    messenger: TelegramMessenger, phone: Phone
) -> None:
    await messenger.show(phone.id, MENU)
    await messenger.replace(phone.id, phone.last.id, KEPT)
    assert shown(phone) == [KEPT.text]


async def test_what_is_there_already_is_left_alone(
    messenger: TelegramMessenger, phone: Phone
) -> None:
    await messenger.show(phone.id, MENU)
    await messenger.replace(phone.id, phone.last.id, MENU)
    assert shown(phone) == [MENU.text]


async def test_a_message_that_cannot_be_edited_any_more_is_sent_anew(
    messenger: TelegramMessenger, telegram: Telegram, phone: Phone
) -> None:
    view = a_view()
    await messenger.invite(an_invitation(phone))
    gone = phone.last.id
    del phone.chat.messages[gone]
    await messenger.replace(phone.id, gone, after_sealing(ENGLISH, check_ins.CLOSED))
    assert shown(phone) == [check_ins.CLOSED]
    assert phone.last.protected
    assert view.instrument.items[0].text["en"] not in phone.transcript()


@pytest.mark.parametrize("status", [500, 502, 503])
async def test_an_answer_is_tried_again_while_telegram_is_out_of_order(
    messenger: TelegramMessenger, telegram: Telegram, phone: Phone, status: int
) -> None:
    telegram.faults.answer_error(status, times=TRIES - 1)
    await messenger.show(phone.id, KEPT)
    assert shown(phone) == [KEPT.text]


async def test_an_answer_is_given_up_after_a_few_tries(
    messenger: TelegramMessenger, telegram: Telegram, phone: Phone
) -> None:
    telegram.faults.answer_error(times=TRIES)
    with pytest.raises(NetworkError):
        await messenger.show(phone.id, KEPT)
    assert len(telegram.calls_of("sendMessage")) == TRIES
    assert shown(phone) == []


async def test_an_answer_waits_when_telegram_says_so(
    messenger: TelegramMessenger,
    telegram: Telegram,
    phone: Phone,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(rooms, "LONGEST_WAIT", 0.0)
    flood = telegram.faults.flood(5, times=TRIES - 1)
    await messenger.show(phone.id, KEPT)
    assert flood.left == 0
    assert shown(phone) == [KEPT.text]


async def test_a_dropped_connection_is_tried_again(
    messenger: TelegramMessenger, telegram: Telegram, phone: Phone
) -> None:
    await messenger.show(phone.id, MENU)
    telegram.faults.drop(times=TRIES - 1)
    await messenger.replace(phone.id, phone.last.id, KEPT)
    assert shown(phone) == [KEPT.text]


async def test_an_edit_whose_answer_was_lost_is_not_made_twice(
    messenger: TelegramMessenger, telegram: Telegram, phone: Phone
) -> None:
    await messenger.show(phone.id, MENU)
    telegram.faults.apply_then_drop(method="editMessageText")
    await messenger.replace(phone.id, phone.last.id, KEPT)
    # The second try is told that nothing is modified, and that is as good as done.
    assert shown(phone) == [KEPT.text]


async def test_a_refused_screen_is_not_tried_again(
    messenger: TelegramMessenger, telegram: Telegram, phone: Phone
) -> None:
    with pytest.raises(BadRequest):
        await messenger.show(phone.id, Screen("<b>not closed"))
    assert len(telegram.calls_of("sendMessage")) == 1


async def test_a_blocked_bot_does_not_insist(
    messenger: TelegramMessenger, telegram: Telegram, phone: Phone
) -> None:
    await phone.block()
    with pytest.raises(Forbidden):
        await messenger.show(phone.id, KEPT)
    assert len(telegram.calls_of("sendMessage")) == 1


async def test_a_tap_that_is_too_old_to_be_answered_is_as_good_as_answered(
    messenger: TelegramMessenger,
) -> None:
    await messenger.acknowledge("1", common.OLD_BUTTON)


async def test_an_invitation_is_protected_and_neutral(
    messenger: TelegramMessenger, phone: Phone
) -> None:
    assert await messenger.invite(an_invitation(phone)) is Sent.ARRIVED
    assert phone.last.protected
    assert phone.notifications[-1].text == "Your check-in is ready."
    assert await messenger.invite(an_invitation(phone, reminder=True)) is Sent.ARRIVED
    assert phone.notifications[-1].text == "Your check-in is ready."


async def test_an_invitation_to_somebody_who_blocked_the_bot_ends_it(
    messenger: TelegramMessenger, telegram: Telegram, phone: Phone
) -> None:
    await phone.block()
    assert await messenger.invite(an_invitation(phone)) is Sent.BLOCKED


async def test_an_invitation_to_an_account_that_is_gone_ends_it(
    messenger: TelegramMessenger, telegram: Telegram, phone: Phone
) -> None:
    await phone.delete_account()
    assert await messenger.invite(an_invitation(phone)) is Sent.BLOCKED
    stranger = Phone(telegram)
    assert await messenger.invite(an_invitation(stranger)) is Sent.BLOCKED


async def test_an_invitation_goes_back_to_its_queue_when_telegram_is_busy(
    messenger: TelegramMessenger, telegram: Telegram, phone: Phone
) -> None:
    telegram.faults.flood(7)
    assert await messenger.invite(an_invitation(phone)) == TryLater(timedelta(seconds=7))
    assert len(telegram.calls_of("sendMessage")) == 1
    # Nobody else is written to either, until Telegram's time is over.
    later = await messenger.invite(an_invitation(phone))
    assert isinstance(later, TryLater)
    assert later.after is not None
    assert timedelta() < later.after <= timedelta(seconds=7)
    assert len(telegram.calls_of("sendMessage")) == 1
    assert shown(phone) == []


@pytest.mark.parametrize("fault", ["answer_error", "drop"])
async def test_an_invitation_goes_back_to_its_queue_when_telegram_fails(
    messenger: TelegramMessenger, telegram: Telegram, phone: Phone, fault: str
) -> None:
    getattr(telegram.faults, fault)()
    assert await messenger.invite(an_invitation(phone)) == TryLater()
    assert len(telegram.calls_of("sendMessage")) == 1


def asked_for(phone: Phone, kind: FollowUpKind, *, asks: bool = False) -> FollowUpMessage:
    """A message somebody asked for."""
    return FollowUpMessage(phone.id, "en", kind, asks=asks)


@pytest.mark.parametrize("asks", [False, True])
@pytest.mark.parametrize("kind", FollowUpKind)
async def test_what_was_asked_for_is_neutral_and_protected_where_answers_will_stand(
    messenger: TelegramMessenger, phone: Phone, kind: FollowUpKind, asks: bool
) -> None:
    questions = asks and kind not in (FollowUpKind.TOMORROW, FollowUpKind.RESUME)
    message = asked_for(phone, kind, asks=questions)
    assert await messenger.follow_up(message) is Sent.ARRIVED
    assert phone.notifications[-1].text == (
        "Your check-ins start again." if kind is FollowUpKind.RESUME else "A message you asked for."
    )
    assert phone.last.protected is questions


async def test_what_was_asked_for_ends_where_the_bot_is_blocked(
    messenger: TelegramMessenger, phone: Phone
) -> None:
    await phone.block()
    assert await messenger.follow_up(asked_for(phone, FollowUpKind.TOMORROW)) is Sent.BLOCKED


async def test_what_was_asked_for_waits_as_invitations_do(
    messenger: TelegramMessenger, telegram: Telegram, phone: Phone
) -> None:
    telegram.faults.flood(7)
    later = await messenger.follow_up(asked_for(phone, FollowUpKind.TOMORROW))
    assert later == TryLater(timedelta(seconds=7))
    # One bot, one patience.
    assert isinstance(await messenger.invite(an_invitation(phone)), TryLater)
    assert len(telegram.calls_of("sendMessage")) == 1


async def test_what_telegram_fails_to_take_goes_back_to_its_queue(
    messenger: TelegramMessenger, telegram: Telegram, phone: Phone
) -> None:
    telegram.faults.answer_error(502)
    assert await messenger.follow_up(asked_for(phone, FollowUpKind.TOMORROW)) == TryLater()


async def test_no_message_asks_telegram_to_fetch_what_it_names(
    messenger: TelegramMessenger, phone: Phone
) -> None:
    def previewed() -> bool:
        return phone.last.extra.get("link_preview_options") != {"is_disabled": True}

    await messenger.show(phone.id, KEPT)
    assert not previewed()
    await messenger.replace(phone.id, phone.last.id, MENU)
    assert phone.last.edited
    assert not previewed()
    await messenger.invite(an_invitation(phone))
    assert not previewed()
