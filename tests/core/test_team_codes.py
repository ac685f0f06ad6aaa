"""Codes of teams: what lies about of one before it is keyed."""

from bot.core.team_codes import ALPHABET, LENGTH, hash_of, in_parts, is_code, new_team_code

CODE = "ABCD2345WXYZ"


def test_the_hash_of_a_code_is_as_stored() -> None:
    # Posters hang for months: whatever changes this must still find what was hashed so.
    assert hash_of(CODE).hex() == "ab2dfb6f84ed42f974a3be1dff4026bfb184084e9b9ad2f596c1a34f81a7761b"
    assert len({hash_of(code) for code in (CODE, CODE.lower(), "", f"{CODE} ")}) == 4


def test_a_code_has_a_digit_so_that_its_groups_are_no_words() -> None:
    letters, with_a_digit = bytes(8 + place for place in range(LENGTH)), bytes(range(LENGTH))
    given = iter([letters, letters, with_a_digit])
    assert new_team_code(lambda _: next(given)) == ALPHABET[:LENGTH]
    # Nothing was taken of the two before.
    assert next(given, None) is None


def test_bytes_that_do_not_divide_evenly_are_thrown_away() -> None:
    given = iter([bytes([255] * LENGTH), bytes(range(LENGTH))])
    assert new_team_code(lambda _: next(given)) == ALPHABET[:LENGTH]


def test_a_code_is_read_in_groups_of_four() -> None:
    assert in_parts(CODE) == "ABCD 2345 WXYZ"


def test_what_is_no_code_is_told_from_one() -> None:
    assert is_code(CODE)
    assert not any(
        map(is_code, ("", CODE[:-1], f"{CODE}A", CODE.lower(), "ABCD2345WXY0", "A" * LENGTH + " "))
    )
    assert is_code(ALPHABET[0] * LENGTH)
