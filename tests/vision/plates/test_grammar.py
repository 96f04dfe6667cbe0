"""What is a registration, and where it is from."""

import pytest

from ronda.vision.plates.grammar import AS_DIGIT, AS_LETTER, GRAMMAR, REGIONS, merged, parse


@pytest.mark.parametrize(
    ("text", "shown", "place"),
    [
        ("H 1234 AB", "H 1234 AB", "Semarang"),
        ("h1234ab", "H 1234 AB", "Semarang"),
        ("AD 7 XYZ", "AD 7 XYZ", "Surakarta"),
        ("B 9", "B 9", "Jakarta, Depok, Tangerang, Bekasi"),
        ("XX 12 A", "XX 12 A", ""),
    ],
)
def test_registrations_are_taken_apart(text: str, shown: str, place: str) -> None:
    found = parse(text)
    assert found is not None
    assert (found.text, found.place) == (shown, place)


@pytest.mark.parametrize("text", ["", "H", "1234 AB", "H 0123 AB", "HAB 1 A", "H 12345 A", "H 1 ABCD", "H-1-A"])
def test_what_is_none_is_none(text: str) -> None:
    assert parse(text) is None


@pytest.mark.parametrize(
    ("text", "others"),
    [
        ("M 7399 KPN", ["AA 7399 KPN"]),
        ("AA 12 VV", ["M 12 VV", "AA 12 W"]),
        ("H 12 W", ["H 12 VV"]),
        ("H 12 AW", ["H 12 AVV"]),
        ("H 12 ABW", []),
        ("H 12 AB", []),
    ],
)
def test_letters_that_ran_into_one_are_named_too(text: str, others: list[str]) -> None:
    found = parse(text)
    assert found is not None
    assert [one.text for one in merged(found)] == others


def test_the_tables_are_of_letters_and_digits() -> None:
    assert all(GRAMMAR.fullmatch(f"{region}1") and name for region, name in REGIONS.items())
    assert all(letter.isalpha() and digit.isdigit() for letter, digit in AS_DIGIT.items())
    assert all(letter.isalpha() and digit.isdigit() for digit, letter in AS_LETTER.items())
