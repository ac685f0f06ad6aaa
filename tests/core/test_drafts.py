"""Walks through instruments: any taps keep a draft valid, and a draft fits into its button."""

from dataclasses import replace

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from bot.core.drafts import (
    CONTENT_SIZE,
    HEADER_SIZE,
    SKIPPED,
    UNANSWERED,
    AskItem,
    Draft,
    Finished,
    Opening,
    Review,
    StaleTap,
    Step,
    Tap,
    Verb,
    advance,
    chosen_mask,
    chosen_options,
    has_answers,
    pack,
    round_reference_of,
    unpack,
)
from bot.core.instruments import Instrument
from tests.core.builders import (
    REFERENCE,
    a_draft,
    an_instrument,
    instrument_of,
    instruments,
    item,
    option,
    taps,
)
from tests.shares import share_of

ONE_OF_EACH = instrument_of([3, -4])


def walk(instrument: Instrument, *steps: tuple[Verb, int]) -> Step:
    """Tap through a fresh draft, each tap on the item that is on the screen."""
    step: Step = AskItem(a_draft(instrument))
    for verb, position in steps:
        step = advance(step.draft, Tap(verb, step.draft.item, position), instrument)
    return step


def check_valid(draft: Draft, instrument: Instrument) -> None:
    assert 0 <= draft.item <= len(instrument.items)
    assert len(draft.answers) == len(instrument.items)
    for answer, asked in zip(draft.answers, instrument.items, strict=True):
        assert 0 <= answer < asked.states
        chosen = chosen_options(answer, asked)
        assert len(chosen) <= (asked.at_most or 1)
        assert bool(chosen) == (answer >= 2), "an answer that chooses nothing"
    assert has_answers(draft) == any(
        chosen_options(a, i) for a, i in zip(draft.answers, instrument.items, strict=True)
    )


def test_choosing_leads_from_item_to_item_to_the_review() -> None:
    step = walk(instrument_of([3, 3]), (Verb.CHOOSE, 1), (Verb.CHOOSE, 0))
    assert isinstance(step, Review)
    assert step.can_seal
    assert step.draft.answers == (3, 2)
    assert step.draft.reviewed


def test_opening_shows_the_item_and_changes_nothing() -> None:
    assert walk(ONE_OF_EACH, (Verb.OPEN, 0)) == AskItem(a_draft(ONE_OF_EACH))


def test_back_shows_the_item_before_and_keeps_its_answer() -> None:
    step = walk(ONE_OF_EACH, (Verb.CHOOSE, 2), (Verb.BACK, 0))
    assert isinstance(step, AskItem)
    assert (step.draft.item, step.draft.answers[0]) == (0, 4)


def test_back_from_the_first_item_leads_to_the_opening() -> None:
    assert walk(ONE_OF_EACH, (Verb.BACK, 0)) == Opening(a_draft(ONE_OF_EACH))


def test_skipping_is_missing_and_a_draft_of_skips_cannot_be_sealed() -> None:
    step = walk(ONE_OF_EACH, (Verb.SKIP, 0), (Verb.SKIP, 0))
    assert isinstance(step, Review)
    assert step.draft.answers == (SKIPPED, SKIPPED)
    assert not step.can_seal
    assert advance(step.draft, Tap(Verb.SEAL, 2), ONE_OF_EACH) == step


def test_a_choice_taken_back_cannot_be_sealed() -> None:
    step = walk(
        instrument_of([-4]),
        (Verb.SKIP, 0),
        (Verb.CHANGE, 0),
        (Verb.TOGGLE, 1),
        (Verb.TOGGLE, 1),
        (Verb.REVIEW, 0),
        (Verb.SEAL, 0),
    )
    assert isinstance(step, Review)
    assert not step.can_seal
    assert step.draft.answers == (UNANSWERED,)


def test_a_changed_answer_leads_back_to_the_review() -> None:
    reviewed = ((Verb.CHOOSE, 0), (Verb.SKIP, 0))
    step = walk(ONE_OF_EACH, *reviewed, (Verb.CHANGE, 0), (Verb.CHOOSE, 2))
    assert isinstance(step, Review)
    assert step.draft.answers[0] == 4
    assert isinstance(walk(ONE_OF_EACH, *reviewed, (Verb.CHANGE, 0), (Verb.REVIEW, 0)), Review)
    assert isinstance(walk(ONE_OF_EACH, *reviewed, (Verb.REVIEW, 0)), Review)
    assert isinstance(walk(ONE_OF_EACH, *reviewed, (Verb.CHANGE, 2)), StaleTap)


def test_back_from_the_review_shows_the_last_item() -> None:
    step = walk(ONE_OF_EACH, (Verb.CHOOSE, 0), (Verb.SKIP, 0), (Verb.BACK, 0))
    assert isinstance(step, AskItem)
    assert step.draft.item == 1


def test_sealing_finishes_what_was_reviewed() -> None:
    step = walk(ONE_OF_EACH, (Verb.CHOOSE, 0), (Verb.SKIP, 0), (Verb.SEAL, 0))
    assert isinstance(step, Finished)
    assert step.draft.answers == (2, SKIPPED)


def test_nothing_is_sealed_or_reviewed_before_the_end() -> None:
    for verb in (Verb.SEAL, Verb.REVIEW, Verb.CHANGE):
        assert isinstance(walk(ONE_OF_EACH, (verb, 0)), StaleTap)
    review = walk(ONE_OF_EACH, (Verb.CHOOSE, 0), (Verb.SKIP, 0)).draft
    for verb in (Verb.OPEN, Verb.CHOOSE, Verb.TOGGLE, Verb.DONE, Verb.SKIP):
        assert advance(review, Tap(verb, 2), ONE_OF_EACH) == StaleTap(review)


def test_several_are_chosen_up_to_the_limit_and_then_no_more() -> None:
    step = walk(instrument_of([-4]), (Verb.TOGGLE, 0), (Verb.TOGGLE, 3), (Verb.TOGGLE, 1))
    assert chosen_mask(step.draft.answers[0]) == 0b1001
    done = advance(step.draft, Tap(Verb.DONE, 0), instrument_of([-4]))
    assert isinstance(done, Review)
    assert done.draft.answers == (2 + 2 * 0b1001 + 1,)
    assert chosen_options(done.draft.answers[0], instrument_of([-4]).items[0]) == (0, 3)


def test_done_with_nothing_chosen_is_a_skip() -> None:
    step = walk(instrument_of([-4]), (Verb.DONE, 0))
    assert step.draft.answers == (SKIPPED,)


@pytest.mark.parametrize("verb", [Verb.TOGGLE, Verb.DONE])
def test_a_choice_of_one_takes_no_taps_for_several(verb: Verb) -> None:
    assert isinstance(walk(instrument_of([3]), (verb, 0)), StaleTap)


def test_a_choice_of_several_takes_no_tap_for_one() -> None:
    assert isinstance(walk(instrument_of([-3]), (Verb.CHOOSE, 0)), StaleTap)


def test_a_tap_on_an_option_that_is_not_there_changes_nothing() -> None:
    assert isinstance(walk(instrument_of([3]), (Verb.CHOOSE, 3)), StaleTap)
    assert isinstance(walk(instrument_of([-3]), (Verb.TOGGLE, 3)), StaleTap)


def test_a_tap_on_an_answered_item_changes_nothing() -> None:
    draft = walk(ONE_OF_EACH, (Verb.CHOOSE, 1)).draft
    assert advance(draft, Tap(Verb.CHOOSE, 0, 2), ONE_OF_EACH) == StaleTap(draft)


@settings(max_examples=share_of(3000), deadline=None)
@given(instruments(), st.lists(taps, max_size=40))
def test_any_sequence_of_taps_keeps_the_draft_valid(
    instrument: Instrument, pressed: list[Tap]
) -> None:
    draft = a_draft(instrument)
    for number, tap in enumerate(pressed):
        # Half of the taps are moved to the item on the screen, or hardly any would count.
        here = replace(tap, item=draft.item) if number % 2 else tap
        step = advance(draft, here, instrument)
        check_valid(step.draft, instrument)
        if isinstance(step, StaleTap | Opening):
            assert step.draft == draft
        if isinstance(step, Finished):
            assert has_answers(step.draft)
            assert step.draft == draft
        assert isinstance(step, Review | Finished | StaleTap | Opening) or (
            step.draft.item < len(instrument.items)
        )
        draft = step.draft


@st.composite
def drafts(draw: st.DrawFn) -> tuple[Instrument, Draft]:
    """A draft after some taps, with any header."""
    instrument = draw(instruments())
    draft = a_draft(
        instrument,
        round_reference=draw(st.binary(min_size=6, max_size=6)),
        prompt=draw(st.integers(0, 255)),
        unit=draw(st.integers(0, 65535)),
    )
    for verb, position in draw(st.lists(st.tuples(st.sampled_from(Verb), st.integers(0, 20)))):
        draft = advance(draft, Tap(verb, draft.item, position), instrument).draft
    return instrument, draft


@settings(max_examples=share_of(3000), deadline=None)
@given(drafts(), taps)
def test_a_packed_draft_unpacks_to_itself_and_fits(
    packed: tuple[Instrument, Draft], tap: Tap
) -> None:
    instrument, draft = packed
    content = pack(draft, tap, instrument)
    assert len(content) <= CONTENT_SIZE
    assert unpack(content, instrument) == (draft, tap)
    assert round_reference_of(content) == draft.round_reference


@pytest.mark.parametrize("kinds", [[11] * 20, [-20], [-20] * 8, [12] * 20, [2]])
def test_the_fullest_draft_fits_into_a_button(kinds: list[int]) -> None:
    instrument = instrument_of(kinds)
    answers = tuple(
        asked.states - 1
        if asked.at_most is None
        else 2 + 2 * (((1 << asked.at_most) - 1) << (len(asked.options) - asked.at_most)) + 1
        for asked in instrument.items
    )
    full = replace(a_draft(instrument), answers=answers, item=len(answers), reviewed=True)
    content = pack(full, Tap(Verb.SEAL, len(answers), 20), instrument)
    assert HEADER_SIZE < len(content) <= CONTENT_SIZE == 36
    assert unpack(content, instrument) == (full, Tap(Verb.SEAL, len(answers), 20))


@pytest.mark.parametrize("language", range(16))
def test_all_sixteen_languages_fit_beside_the_verb(language: int) -> None:
    instrument = instrument_of([3])
    many = instrument.model_copy(update={"languages": [f"a{chr(97 + n)}" for n in range(16)]})
    draft = a_draft(many, language=language)
    for verb in Verb:
        assert unpack(pack(draft, Tap(verb), many), many) == (draft, Tap(verb))


@settings(max_examples=share_of(4000), deadline=None)
@given(instruments(), st.binary(max_size=40))
@example(instrument_of([-4]), bytes(13) + bytes([2 + 2 * 0b111]))
def test_any_bytes_are_a_valid_draft_or_none(instrument: Instrument, content: bytes) -> None:
    unpacked = unpack(content, instrument)
    if unpacked is not None:
        draft, tap = unpacked
        check_valid(draft, instrument)
        check_valid(advance(draft, tap, instrument).draft, instrument)
        assert unpack(pack(draft, tap, instrument), instrument) == unpacked


@pytest.mark.parametrize(
    ("position", "value"),
    [
        pytest.param(0, 0xF0, id="no such verb"),
        pytest.param(0, 0x01, id="no such language"),
        pytest.param(10, 3 << 1, id="no such item"),
        pytest.param(13, 200, id="more answers than items"),
    ],
)
def test_bytes_that_are_nearly_a_draft_are_none(position: int, value: int) -> None:
    content = bytearray(HEADER_SIZE + 1)
    assert unpack(bytes(content), ONE_OF_EACH) is not None
    content[position] = value
    assert unpack(bytes(content), ONE_OF_EACH) is None


def test_bytes_of_the_wrong_length_belong_to_no_round() -> None:
    assert round_reference_of(bytes(HEADER_SIZE - 1)) is None
    assert round_reference_of(bytes(CONTENT_SIZE + 1)) is None
    assert unpack(b"", ONE_OF_EACH) is None
    assert round_reference_of(b"\0" + REFERENCE + bytes(6)) == REFERENCE


@pytest.mark.parametrize("mask", [0, 0b111])
def test_bytes_with_an_empty_or_overfull_choice_are_none(mask: int) -> None:
    content = bytes(HEADER_SIZE) + bytes([2 + 2 * mask])
    assert unpack(content, instrument_of([-4])) is None


def test_an_invented_instrument_can_be_walked_to_the_end() -> None:
    step = walk(an_instrument(), *[(Verb.CHOOSE, 1)] * 4, (Verb.TOGGLE, 0), (Verb.DONE, 0))
    assert isinstance(step, Review)


ALONE = an_instrument(
    items=[
        item(
            "why",
            [
                *[option(f"reason {letter}") for letter in "abc"],
                {**option("rather not"), "alone": True},
            ],
            kind="choices",
            at_most=2,
        )
    ],
    scales=[],
)


def test_an_option_that_stands_alone_clears_the_others() -> None:
    step = walk(ALONE, (Verb.TOGGLE, 0), (Verb.TOGGLE, 2), (Verb.TOGGLE, 3))
    assert chosen_options(step.draft.answers[0], ALONE.items[0]) == (3,)


def test_any_other_option_clears_the_one_that_stands_alone() -> None:
    step = walk(ALONE, (Verb.TOGGLE, 3), (Verb.TOGGLE, 1))
    assert chosen_options(step.draft.answers[0], ALONE.items[0]) == (1,)


def test_an_option_that_stands_alone_can_be_taken_back() -> None:
    step = walk(ALONE, (Verb.TOGGLE, 3), (Verb.TOGGLE, 3))
    assert step.draft.answers == (UNANSWERED,)


def test_bytes_with_an_option_beside_the_one_that_stands_alone_are_none() -> None:
    content = bytes(HEADER_SIZE) + bytes([2 + 2 * 0b1000])
    assert unpack(content, ALONE) is not None
    assert unpack(bytes(HEADER_SIZE) + bytes([2 + 2 * 0b1001]), ALONE) is None


@settings(max_examples=share_of(2000), deadline=None)
@given(st.lists(st.tuples(st.sampled_from([Verb.TOGGLE, Verb.DONE, Verb.BACK]), st.integers(0, 3))))
def test_no_taps_put_anything_beside_the_option_that_stands_alone(
    pressed: list[tuple[Verb, int]],
) -> None:
    draft = a_draft(ALONE)
    for verb, position in pressed:
        draft = advance(draft, Tap(verb, draft.item, position), ALONE).draft
        chosen = chosen_options(draft.answers[0], ALONE.items[0])
        assert 3 not in chosen or chosen == (3,)
        assert unpack(pack(draft, Tap(Verb.OPEN), ALONE), ALONE) == (draft, Tap(Verb.OPEN))
