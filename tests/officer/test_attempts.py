"""Attempts at codes: five an hour for each chat, and nobody can lock out anybody else."""

from datetime import UTC, datetime, timedelta

from bot.officer.attempts import _MOST_CHATS, PER_CHAT, WINDOW, CodeAttempts

NOON = datetime(2026, 11, 30, 12, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def tried(times: int, chat: int = 1) -> CodeAttempts:
    """Attempts of one chat, a minute apart."""
    attempts = CodeAttempts()
    for number in range(times):
        attempts.failed(chat, NOON + number * MINUTE)
    return attempts


def test_five_wrong_codes_are_enough_for_an_hour() -> None:
    assert tried(PER_CHAT - 1).may_try(1, NOON + 5 * MINUTE)
    assert not tried(PER_CHAT).may_try(1, NOON + 5 * MINUTE)


def test_the_first_is_forgotten_after_an_hour() -> None:
    attempts = tried(PER_CHAT)
    assert not attempts.may_try(1, NOON + WINDOW - timedelta(seconds=1))
    assert attempts.may_try(1, NOON + WINDOW)
    attempts.failed(1, NOON + WINDOW)
    assert not attempts.may_try(1, NOON + WINDOW)


def test_one_chats_tries_are_not_anothers() -> None:
    assert tried(PER_CHAT).may_try(2, NOON)


def test_asking_counts_for_nothing() -> None:
    attempts = CodeAttempts()
    assert all(attempts.may_try(1, NOON) for _ in range(20))
    assert not attempts._of_chat


def test_a_flood_of_chats_does_not_fill_the_memory() -> None:
    attempts = CodeAttempts()
    for chat in range(_MOST_CHATS + 100):
        attempts.failed(chat, NOON)
    assert len(attempts._of_chat) == _MOST_CHATS
    # Whoever tried last is still counted.
    assert attempts._of_chat[_MOST_CHATS + 99] == [NOON]


def test_after_an_hour_nothing_is_left_of_anybody() -> None:
    for asked in (True, False):
        attempts = tried(PER_CHAT)
        attempts.failed(2, NOON + WINDOW)
        later = NOON + WINDOW + 5 * MINUTE
        if asked:
            assert attempts.may_try(3, later)
        else:
            attempts.failed(3, later)
        assert 1 not in attempts._of_chat
        assert 2 in attempts._of_chat


def test_a_chat_is_forgotten_when_it_is_told() -> None:
    attempts = tried(PER_CHAT)
    attempts.forget(1)
    attempts.forget(2)
    assert not attempts._of_chat
