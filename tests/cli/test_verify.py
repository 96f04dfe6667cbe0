"""`ronda verify` and `ronda evidence authority|sign|verifier` as a person runs them."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from tests.cli.conftest import Ronda
from tests.evidence.exported import GAP, authority, export

from ronda.evidence.seal import certificates


def test_it_says_what_it_found_in_both_languages(ronda: Ronda, tmp_path: Path) -> None:
    sealed = export(tmp_path / "a", gaps=[GAP])
    ended = ronda("verify", str(sealed.path))
    assert (ended.status, ended.err) == (0, "")
    assert "ASLI, ADA JEDA" in ended.out
    assert (
        ended.out.index("kamera diam") < ended.out.index("AUTHENTIC, WITH GAPS") < ended.out.index("camera was silent")
    )
    assert "AUTHENTIC" not in ronda("verify", str(sealed.path), "--lang", "id").out


def test_the_status_is_that_of_the_worst_file(ronda: Ronda, tmp_path: Path) -> None:
    whole, changed = export(tmp_path / "a"), export(tmp_path / "b")
    data = bytearray(changed.path.read_bytes())
    data[40_000] ^= 1
    changed.path.write_bytes(data)
    ended = ronda("verify", "--json", str(changed.path), str(whole.path))
    assert ended.status == 1
    found = json.loads(ended.out)
    assert [one["verdict"] for one in found] == ["altered", "authentic"]
    assert found[0]["findings"][0] == {
        "code": "signature-wrong",
        "grave": True,
        "values": {"number": 1, "name": found[0]["signatures"][0]["name"]},
    }
    assert ronda("verify", str(whole.path), "--authority", "0" * 64).status == 4
    assert ronda("verify", str(whole.path), "--authority", authority().current.authority_fingerprint).status == 0


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["nothing.mp4"], "nothing.mp4 cannot be read: no such file"),
        (["{film}", "--authority", "abc"], "abc is no certificate"),
        (["{film}", "--manifest", "nothing.json"], "nothing.json is not there"),
        (["{film}", "{film}", "--manifest", "{film}"], "name one FILE"),
    ],
)
def test_what_was_wrongly_asked_is_named(ronda: Ronda, tmp_path: Path, arguments: list[str], message: str) -> None:
    film = str(export(tmp_path).path)
    ended = ronda("verify", *(one.format(film=film) for one in arguments))
    assert (ended.status, ended.out) == (2, "")
    assert message in ended.err


def test_the_authority_is_shown_and_replaced(ronda: Ronda, data: Path, tmp_path: Path) -> None:
    first = ronda("evidence", "authority", "show", "-o", str(tmp_path / "root.pem"))
    assert first.status == 0
    assert first.out == ronda("evidence", "authority", "show").out
    assert certificates.read((tmp_path / "root.pem").read_bytes())
    key = certificates.make_key()
    made = certificates.make_authority("Balai", key, datetime.now(UTC))
    (tmp_path / "cert.pem").write_bytes(certificates.pem(made))
    (tmp_path / "key.pem").write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    alone = ronda("evidence", "authority", "import", "--cert", str(tmp_path / "cert.pem"))
    assert (alone.status, "give --key" in alone.err) == (2, True)
    taken = ronda(
        "evidence", "authority", "import", "--cert", str(tmp_path / "cert.pem"), "--key", str(tmp_path / "key.pem")
    )
    assert taken.out.startswith("seals from now on: Balai: otoritas bukti")
    told = json.loads(ronda("evidence", "authority", "show", "--json").out)
    assert [one["name"].partition(":")[0] for one in told] == ["Balai", "Ronda"]
    assert (data / "evidence").stat().st_mode & 0o077 == 0


def test_who_receives_a_file_signs_it(ronda: Ronda, tmp_path: Path) -> None:
    sealed = export(tmp_path)
    key = certificates.make_key()
    made = certificates.make_authority("Polrestabes", key, datetime.now(UTC))
    (tmp_path / "cert.pem").write_bytes(certificates.pem(made))
    (tmp_path / "key.pem").write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    own = ["--cert", str(tmp_path / "cert.pem"), "--key", str(tmp_path / "key.pem")]
    assert ronda("evidence", "sign", str(sealed.path), "--note", "diterima utuh", *own).out.endswith("signature 2\n")
    assert ronda("evidence", "sign", str(sealed.path)).out.endswith("signature 3\n")
    assert ronda("evidence", "sign", str(sealed.path), *own[:2]).status == 2
    ended = ronda("verify", str(sealed.path), "--lang", "en")
    assert (ended.status, "Polrestabes: otoritas bukti. Their note: diterima utuh" in ended.out) == (0, True)


def test_the_page_is_handed_out(ronda: Ronda, tmp_path: Path) -> None:
    ended = ronda("evidence", "verifier", "-o", str(tmp_path / "verify.html"))
    if ended.status:
        assert "is not built" in ended.err
    else:
        assert b"Content-Security-Policy" in (tmp_path / "verify.html").read_bytes()
