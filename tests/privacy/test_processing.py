"""The ground in law of what a camera is there for, as people write it."""

import pytest

from ronda.privacy.processing import basis_of


@pytest.mark.parametrize(
    ("purpose", "grounds"),
    [
        ("security", ["keamanan"]),
        ("Keamanan", ["keamanan"]),
        ("penanggulangan bencana", ["pencegahan bencana"]),
        ("keamanan dan lalu lintas", ["keamanan", "lalu lintas"]),
        ("hiasan", []),
        ("unsaid", []),
    ],
)
def test_a_purpose_in_either_language_has_its_ground(purpose: str, grounds: list[str]) -> None:
    basis = basis_of(purpose)
    assert all(ground in basis for ground in grounds)
    assert bool(basis) == bool(grounds)
