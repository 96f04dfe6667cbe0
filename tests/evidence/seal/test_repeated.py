"""Signing again: only the end changes, and a crash between two writes is made good."""

from pathlib import Path

import pytest
from tests.evidence.exported import Export, authority, export

from ronda.base.errors import BadInput
from ronda.evidence.seal import repeated
from ronda.evidence.seal.repeated import sign_again
from ronda.evidence.verifying.verdict import Kind
from ronda.evidence.verifying.verify import verify


@pytest.fixture
def sealed(tmp_path: Path) -> Export:
    return export(tmp_path)


@pytest.mark.parametrize("kept", [1, 7, 8, 200, 10_000])
def test_a_signature_that_was_left_half_written_goes_away(sealed: Export, kept: int) -> None:
    before = sealed.path.read_bytes()
    sign_again(sealed.path, authority().signer(), "pertama")
    added = sealed.path.read_bytes()[len(before) :]
    sealed.path.write_bytes(before + added[:kept])  # the box is there, `meta` does not know of it yet
    if kept < 8:  # not even its name
        with pytest.raises(BadInput, match=r"ends within"):
            sign_again(sealed.path, authority().signer(), "kedua")
        return
    assert verify(sealed.path).status != 0
    assert sign_again(sealed.path, authority().signer(), "kedua") == 2
    verdict = verify(sealed.path)
    assert (verdict.kind, verdict.signatures[1].note) == (Kind.AUTHENTIC, "kedua")


def test_what_cannot_be_signed_again_is_left_alone(sealed: Export, tmp_path: Path) -> None:
    signer = authority().signer()
    plain = tmp_path / "plain.mp4"
    plain.write_bytes(b"\0\0\0\x0cftypisom")
    with pytest.raises(BadInput, match="not sealed"):
        sign_again(plain, signer)
    with pytest.raises(BadInput, match="not there"):
        sign_again(tmp_path / "nothing.mp4", signer)
    with pytest.raises(BadInput, match="too long"):
        sign_again(sealed.path, signer, "x" * 9_000)
    data = bytearray(sealed.path.read_bytes())
    data[5_000] ^= 1
    sealed.path.write_bytes(data)
    with pytest.raises(BadInput, match="does not fit"):
        sign_again(sealed.path, signer)
    assert sealed.path.read_bytes() == data


def test_there_is_an_end_to_signatures(sealed: Export, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(repeated, "MOST_SIGNATURES", 4)  # each one costs two syncs of the disk
    for number in range(2, 5):
        assert sign_again(sealed.path, authority().signer()) == number
    with pytest.raises(BadInput, match="no room"):
        sign_again(sealed.path, authority().signer())
    assert verify(sealed.path).kind is Kind.AUTHENTIC
