"""One walk through one instrument: a tap goes in, the next step comes out.

A draft lives in the buttons under a message, never on the server. Its answers are kept as
one small number per item, so that they pack into a button:
0 not answered yet, 1 skipped, then for a choice 2 + option, and for choices
2 + 2 * (bit mask of the options) + (1 when the officer said "that's it").
"""

from dataclasses import dataclass, replace
from enum import IntEnum

from bot.core.instruments import Instrument, Item

UNANSWERED = 0
SKIPPED = 1
_FIRST = 2

ROUND_REFERENCE_SIZE = 6
HEADER_SIZE = 13
CONTENT_SIZE = 36
"""Most bytes of a packed draft with its tap: the header and 184 bits of answers."""


class Verb(IntEnum):
    """What a button does."""

    OPEN = 0
    CHOOSE = 1
    TOGGLE = 2
    DONE = 3
    SKIP = 4
    BACK = 5
    CHANGE = 6
    REVIEW = 7
    SEAL = 8


@dataclass(frozen=True, slots=True)
class Tap:
    """One press of one button. `item` is where the button stood; `option` what it chose."""

    verb: Verb
    item: int = 0
    option: int = 0


@dataclass(frozen=True, slots=True)
class Draft:
    """Unfinished answers to one prompt.

    `round_reference` is a short digest of the round's id, `prompt` counts from 0, `unit` is
    the position of the officer's reporting unit in the round's list (shown to the officer
    only), `language` the position in the instrument's languages, and `item` the question now
    on the screen; the number of items stands for the review.
    """

    round_reference: bytes
    prompt: int
    unit: int
    language: int
    answers: tuple[int, ...]
    item: int = 0
    reviewed: bool = False
    """Whether the review has been seen: a changed answer then leads back to it."""


@dataclass(frozen=True, slots=True)
class Opening:
    """Back from the first question: the check-in waits to be opened again."""

    draft: Draft


@dataclass(frozen=True, slots=True)
class AskItem:
    """The next question is `draft.item`."""

    draft: Draft


@dataclass(frozen=True, slots=True)
class Review:
    """All questions have been seen; the answers can be changed or sealed."""

    draft: Draft

    @property
    def can_seal(self) -> bool:
        """Whether anything has been answered: an empty response would only pad a group."""
        return has_answers(self.draft)


@dataclass(frozen=True, slots=True)
class Finished:
    """The officer sealed these answers."""

    draft: Draft


@dataclass(frozen=True, slots=True)
class StaleTap:
    """The tap does not belong to this draft; nothing changes."""

    draft: Draft


Step = Opening | AskItem | Review | Finished | StaleTap


def new_draft(
    instrument: Instrument, *, round_reference: bytes, prompt: int, unit: int, language: int
) -> Draft:
    """Return a draft with nothing answered."""
    return Draft(round_reference, prompt, unit, language, (UNANSWERED,) * len(instrument.items))


def advance(draft: Draft, tap: Tap, instrument: Instrument) -> Step:
    """Return the step that follows `tap`."""
    # Old keyboards stay tappable and Telegram can deliver a tap twice, so a tap for
    # another item is ordinary input, not an error.
    if tap.item != draft.item:
        return StaleTap(draft)
    if draft.item == len(instrument.items):
        return _from_review(draft, tap, instrument)
    item = instrument.items[draft.item]
    match tap.verb:
        case Verb.OPEN:
            return AskItem(draft)
        case Verb.SKIP:
            return _onward(_with_answer(draft, SKIPPED), instrument)
        case Verb.BACK:
            if draft.item == 0:
                return Opening(draft)
            return AskItem(replace(draft, item=draft.item - 1))
        case Verb.REVIEW if draft.reviewed:
            return Review(replace(draft, item=len(instrument.items)))
        case Verb.CHOOSE if item.kind == "choice" and tap.option < len(item.options):
            return _onward(_with_answer(draft, _FIRST + tap.option), instrument)
        case Verb.TOGGLE if item.kind == "choices" and tap.option < len(item.options):
            return AskItem(_toggled(draft, item, tap.option))
        case Verb.DONE if item.kind == "choices":
            chosen = chosen_mask(draft.answers[draft.item])
            answer = _FIRST + 2 * chosen + 1 if chosen else SKIPPED
            return _onward(_with_answer(draft, answer), instrument)
    return StaleTap(draft)


def _from_review(draft: Draft, tap: Tap, instrument: Instrument) -> Step:
    match tap.verb:
        case Verb.CHANGE if tap.option < len(instrument.items):
            return AskItem(replace(draft, item=tap.option))
        case Verb.BACK:
            return AskItem(replace(draft, item=len(instrument.items) - 1))
        case Verb.SEAL if has_answers(draft):
            return Finished(draft)
        case Verb.SEAL | Verb.REVIEW:
            return Review(draft)
    return StaleTap(draft)


def _with_answer(draft: Draft, answer: int) -> Draft:
    answers = (*draft.answers[: draft.item], answer, *draft.answers[draft.item + 1 :])
    return replace(draft, answers=answers)


def _toggled(draft: Draft, item: Item, option: int) -> Draft:
    chosen, tapped = chosen_mask(draft.answers[draft.item]), 1 << option
    if tapped & chosen:
        mask = chosen ^ tapped
    else:
        # "Prefer not to say" beside a reason would say both: the newer tap is what is meant.
        mask = tapped if tapped & item.alone else chosen & ~item.alone | tapped
    if not mask:
        # Choosing and taking back leaves nothing: an empty choice could be sealed.
        return _with_answer(draft, UNANSWERED)
    if item.at_most is not None and mask.bit_count() > item.at_most:
        return draft
    return _with_answer(draft, _FIRST + 2 * mask)


def _onward(draft: Draft, instrument: Instrument) -> Step:
    end = len(instrument.items)
    following = end if draft.reviewed else draft.item + 1
    if following == end:
        return Review(replace(draft, item=end, reviewed=True))
    return AskItem(replace(draft, item=following))


def chosen_option(answer: int) -> int | None:
    """Return the option of an answer to a choice; None when skipped or not answered."""
    return answer - _FIRST if answer >= _FIRST else None


def chosen_mask(answer: int) -> int:
    """Return the options of an answer to choices as a bit mask."""
    return (answer - _FIRST) // 2 if answer >= _FIRST else 0


def chosen_options(answer: int, item: Item) -> tuple[int, ...]:
    """Return the positions of the chosen options, in order."""
    if item.kind == "choice":
        option = chosen_option(answer)
        return () if option is None else (option,)
    mask = chosen_mask(answer)
    return tuple(option for option in range(len(item.options)) if mask >> option & 1)


def has_answers(draft: Draft) -> bool:
    """Whether at least one item has been answered."""
    return any(answer >= _FIRST for answer in draft.answers)


def pack(draft: Draft, tap: Tap, instrument: Instrument) -> bytes:
    """Return a draft and the tap of one button as at most `CONTENT_SIZE` bytes."""
    number = 0
    for answer, item in zip(reversed(draft.answers), reversed(instrument.items), strict=True):
        number = number * item.states + answer
    header = bytes(
        [
            tap.verb << 4 | draft.language,
            *draft.round_reference,
            draft.prompt,
            draft.unit >> 8,
            draft.unit & 0xFF,
            draft.item << 1 | draft.reviewed,
            tap.item,
            tap.option,
        ]
    )
    return header + number.to_bytes((number.bit_length() + 7) // 8, "little")


def _can_be(answer: int, item: Item) -> bool:
    """Whether taps can lead to this answer: choices are never empty, too many, or at odds."""
    if item.at_most is None or answer < _FIRST:
        return True
    mask = chosen_mask(answer)
    if mask & item.alone and mask.bit_count() > 1:
        return False
    return 1 <= mask.bit_count() <= item.at_most


def round_reference_of(content: bytes) -> bytes | None:
    """Return which round a packed draft belongs to; None when it is none."""
    if not HEADER_SIZE <= len(content) <= CONTENT_SIZE:
        return None
    return content[1 : 1 + ROUND_REFERENCE_SIZE]


def unpack(content: bytes, instrument: Instrument) -> tuple[Draft, Tap] | None:
    """Return the draft and the tap of one button; None when the bytes are not such a pair."""
    reference = round_reference_of(content)
    if reference is None:
        return None
    verb, language = content[0] >> 4, content[0] & 0x0F
    prompt, unit, item, reviewed = (
        content[7],
        content[8] << 8 | content[9],
        content[10] >> 1,
        bool(content[10] & 1),
    )
    if verb > max(Verb) or item > len(instrument.items) or language >= len(instrument.languages):
        return None
    number = int.from_bytes(content[HEADER_SIZE:], "little")
    answers = []
    for asked in instrument.items:
        number, answer = divmod(number, asked.states)
        if not _can_be(answer, asked):
            return None
        answers.append(answer)
    if number:
        return None
    draft = Draft(reference, prompt, unit, language, tuple(answers), item, reviewed)
    return draft, Tap(Verb(verb), content[11], content[12])
