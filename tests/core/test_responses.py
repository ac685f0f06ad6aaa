"""Responses: what goes in comes out, and what is damaged says so without an answer."""

import hashlib
from contextlib import suppress
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.core.instruments import Instrument
from bot.core.responses import (
    MAX_RESPONSE_BYTES,
    LengthOfService,
    Response,
    RoleType,
    UnreadableResponse,
    decode,
    decode_answers,
    decode_head,
    encode,
    finish,
    round_reference,
    split,
)
from tests.core.builders import (
    a_draft,
    a_response,
    an_instrument,
    answers_of,
    instrument_of,
    instruments,
    responses,
)
from tests.shares import share_of

INVENTED = an_instrument()


@settings(max_examples=share_of(2000), deadline=None)
@given(responses(INVENTED, ["a", "response-team-north"]))
def test_an_encoded_response_decodes_to_itself(response: Response) -> None:
    assert decode(encode(response, INVENTED), INVENTED) == response


@settings(max_examples=100, deadline=None)
@given(instruments().flatmap(lambda made: st.tuples(st.just(made), answers_of(made))))
def test_answers_of_any_instrument_decode_to_themselves(
    pair: tuple[Instrument, tuple[tuple[int, ...], ...]],
) -> None:
    instrument, answers = pair
    response = a_response(instrument, answers=answers)
    content = encode(response, instrument)
    assert decode(content, instrument) == response
    assert len(content) <= MAX_RESPONSE_BYTES


def test_the_longest_response_fits() -> None:
    longest = instrument_of([-20] * 8 + [2] * 7, id="i" * 40, version=65535)
    response = a_response(longest, "t" * 40, [tuple(range(10))] * 8, prompt=15)
    assert len(encode(response, longest)) <= MAX_RESPONSE_BYTES


def test_a_finished_draft_keeps_what_was_chosen_and_drops_what_was_not() -> None:
    draft = replace(a_draft(INVENTED, prompt=2), answers=(6, 1, 0, 2, 2 + 2 * 0b101 + 1))
    response = finish(
        draft, INVENTED, team="a", role_type=RoleType.STAFF, service=LengthOfService.UNDER_1
    )
    assert response.answers == ((4,), (), (), (0,), (0, 2))
    assert (response.instrument, response.prompt) == (("invented", 3), 2)


def test_the_text_form_of_a_response_shows_no_answer() -> None:
    assert repr(a_response(INVENTED)) == "Response(<answers>)"


def test_the_round_reference_is_the_start_of_a_digest() -> None:
    assert round_reference("weekly-1") == hashlib.sha256(b"weekly-1").digest()[:6]


WHOLE = encode(a_response(INVENTED), INVENTED)
HEAD_END = 1 + WHOLE[0]


def _changed(position: int, value: int) -> bytes:
    return WHOLE[:position] + bytes([value]) + WHOLE[position + 1 :]


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        pytest.param(b"", "it is cut short", id="empty"),
        pytest.param(WHOLE[:5], "it is cut short", id="cut in the head"),
        pytest.param(b"\0", "its head is damaged", id="no head"),
        pytest.param(_changed(1, 9), "expected format 1, got 9", id="later format"),
        pytest.param(_changed(5, 99), "its head is damaged", id="unknown role"),
        pytest.param(_changed(8, 0xFF), "its head is damaged", id="not ASCII"),
        pytest.param(_changed(3, 9), "it answers another instrument or version", id="version"),
        pytest.param(
            _changed(HEAD_END, 77), "an answer is not one of the options", id="no such option"
        ),
        pytest.param(
            _changed(len(WHOLE) - 1, 0xFF), "an answer is not one of the options", id="no such bit"
        ),
        pytest.param(WHOLE[:-4], "an answer is not one of the options", id="cut in the answers"),
        pytest.param(WHOLE[:-1], "more or fewer answers than the instrument", id="cut at the end"),
        pytest.param(WHOLE + b"\0", "more or fewer answers than the instrument", id="longer"),
    ],
)
def test_each_damage_has_its_sentence(content: bytes, problem: str) -> None:
    with pytest.raises(UnreadableResponse, match=problem) as caught:
        decode(content, INVENTED)
    assert "77" not in str(caught.value)
    assert caught.value.__cause__ is None


@settings(max_examples=share_of(5000), deadline=None)
@given(st.binary(max_size=60))
def test_any_bytes_are_a_response_or_unreadable(content: bytes) -> None:
    with suppress(UnreadableResponse):
        head, body = split(content)
        decode_head(head)
        decode_answers(body, INVENTED)
