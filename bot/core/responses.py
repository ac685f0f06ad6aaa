"""Responses: finished answers, and the bytes of one that are sealed.

What a person brings with them (team, role type, length of service) travels inside these
bytes and nowhere else beside the answers.
"""

import hashlib
from dataclasses import dataclass
from enum import IntEnum

from bot.core.drafts import ROUND_REFERENCE_SIZE, Draft, chosen_options
from bot.core.errors import StandEasyError
from bot.core.instruments import Instrument

MAX_RESPONSE_BYTES = 254
_FORMAT = 1
_MASK_BYTES = 3


class RoleType(IntEnum):
    """Optional; 0 is not said."""

    NOT_SAID = 0
    OFFICER = 1
    STAFF = 2
    SPECIAL = 3
    VOLUNTEER = 4


class LengthOfService(IntEnum):
    """Optional; years served, 0 is not said."""

    NOT_SAID = 0
    UNDER_1 = 1
    FROM_1_TO_4 = 2
    FROM_5_TO_9 = 3
    FROM_10_TO_19 = 4
    FROM_20 = 5


class UnreadableResponse(StandEasyError):
    """A response is not in a form that this version reads: {problem}."""

    hint = "Restore the instrument version that the round was asked with, then tally again."


@dataclass(frozen=True, slots=True)
class Response:
    """Finished answers to one prompt. `repr` shows no answer."""

    instrument: tuple[str, int]
    prompt: int
    team: str
    role_type: RoleType
    service: LengthOfService
    answers: tuple[tuple[int, ...], ...]
    """Per item the positions of the chosen options; nothing chosen is missing, never zero."""

    def __repr__(self) -> str:
        return "Response(<answers>)"


@dataclass(frozen=True, slots=True)
class ResponseHead:
    """What stands before the answers, the same bytes for many responses."""

    instrument: tuple[str, int]
    prompt: int
    team: str
    role_type: RoleType
    service: LengthOfService


def round_reference(round_id: str) -> bytes:
    """Return the short digest that buttons carry instead of a round's id."""
    return hashlib.sha256(round_id.encode()).digest()[:ROUND_REFERENCE_SIZE]


def finish(
    draft: Draft,
    instrument: Instrument,
    *,
    team: str,
    role_type: RoleType,
    service: LengthOfService,
) -> Response:
    """Return the response that a draft becomes when it is sealed."""
    answers = tuple(
        chosen_options(answer, item)
        for answer, item in zip(draft.answers, instrument.items, strict=True)
    )
    return Response(instrument.key, draft.prompt, team, role_type, service, answers)


def encode(response: Response, instrument: Instrument) -> bytes:
    """Return the bytes of a response, at most `MAX_RESPONSE_BYTES`.

    One length byte for the head; then per item one byte (0 missing, option + 1) for a choice,
    or a bit mask of three bytes for choices.
    """
    instrument_id, version = response.instrument
    head = b"".join(
        [
            bytes([_FORMAT]),
            version.to_bytes(2, "big"),
            bytes([response.prompt, response.role_type, response.service]),
            bytes([len(instrument_id)]),
            instrument_id.encode("ascii"),
            response.team.encode("ascii"),
        ]
    )
    body = bytearray()
    for chosen, item in zip(response.answers, instrument.items, strict=True):
        if item.kind == "choice":
            body.append(chosen[0] + 1 if chosen else 0)
        else:
            mask = sum(1 << option for option in chosen)
            body += mask.to_bytes(_MASK_BYTES, "big")
    return bytes([len(head)]) + head + bytes(body)


def split(content: bytes) -> tuple[bytes, bytes]:
    """Return the head and the answers of encoded bytes, neither of them read yet."""
    if not content or len(content) <= content[0]:
        raise UnreadableResponse(problem="it is cut short")
    end = 1 + content[0]
    return content[1:end], content[end:]


def decode_head(head: bytes) -> ResponseHead:
    """Return what stands before the answers; raises `UnreadableResponse`."""
    try:
        if head[0] != _FORMAT:
            raise UnreadableResponse(problem=f"expected format {_FORMAT}, got {head[0]}")
        id_end = 7 + head[6]
        return ResponseHead(
            instrument=(head[7:id_end].decode("ascii"), int.from_bytes(head[1:3], "big")),
            prompt=head[3],
            team=head[id_end:].decode("ascii"),
            role_type=RoleType(head[4]),
            service=LengthOfService(head[5]),
        )
    except (IndexError, ValueError):
        raise UnreadableResponse(problem="its head is damaged") from None


def decode_answers(body: bytes, instrument: Instrument) -> tuple[tuple[int, ...], ...]:
    """Return per item the positions of the chosen options; raises `UnreadableResponse`."""
    answers: list[tuple[int, ...]] = []
    position = 0
    for item in instrument.items:
        if item.kind == "choice":
            value = body[position] if position < len(body) else len(item.options) + 1
            position += 1
            if value > len(item.options):
                raise UnreadableResponse(problem="an answer is not one of the options")
            answers.append((value - 1,) if value else ())
        else:
            mask = int.from_bytes(body[position : position + _MASK_BYTES], "big")
            position += _MASK_BYTES
            if mask >> len(item.options):
                raise UnreadableResponse(problem="an answer is not one of the options")
            answers.append(chosen_options(2 + 2 * mask, item))
    if position != len(body):
        raise UnreadableResponse(problem="it holds more or fewer answers than the instrument")
    return tuple(answers)


def decode(content: bytes, instrument: Instrument) -> Response:
    """Return the response that `encode` made bytes of; raises `UnreadableResponse`."""
    head_bytes, body = split(content)
    head = decode_head(head_bytes)
    if head.instrument != instrument.key:
        raise UnreadableResponse(problem="it answers another instrument or version")
    return Response(
        head.instrument,
        head.prompt,
        head.team,
        head.role_type,
        head.service,
        decode_answers(body, instrument),
    )
