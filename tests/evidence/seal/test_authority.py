"""The city's authority: made once, kept sealed, renewed in time; or brought along."""

import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
)
from tests.needs import requires_tool

from ronda.base.errors import BadInput, StorageFailed
from ronda.evidence.seal import certificates
from ronda.evidence.seal.authority import Authority
from ronda.evidence.seal.signing import sign_message, verify_digest
from ronda.store.secrets import KeyLost, Secrets

NOW = datetime(2026, 11, 26, tzinfo=UTC)


def secrets(folder: Path) -> Secrets:
    return Secrets.at(folder / "secret.key")


def test_it_is_made_once_and_found_again(tmp_path: Path) -> None:
    first = Authority.at(tmp_path / "evidence", secrets(tmp_path), "Kota Semarang", now=NOW)
    again = Authority.at(tmp_path / "evidence", secrets(tmp_path), "Kota Lain", now=NOW)
    assert first.current.fingerprint == again.current.fingerprint
    assert again.current.name == "Kota Semarang: segel bukti 2026-11-26"
    digest = bytes(range(32))
    signature = again.signer().sign_digest(digest)
    assert len(signature) == again.signer().signature_bytes == 384
    assert verify_digest(first.signer().certificate_der, digest, signature)
    assert not verify_digest(first.signer().certificate_der, bytes(32), signature)
    for path in (tmp_path / "evidence").glob("*.key"):
        assert path.stat().st_mode & 0o077 == 0
        assert path.read_text().startswith("sealed:")


def test_it_is_renewed_near_its_end_and_the_old_one_is_kept(tmp_path: Path) -> None:
    authority = Authority.at(tmp_path, secrets(tmp_path), "Kota", now=NOW)
    before = authority.current
    assert not authority.renew(NOW + timedelta(days=900))
    assert authority.renew(before.end - timedelta(days=30))
    assert [one.fingerprint for one in authority.issued] == [authority.current.fingerprint, before.fingerprint]
    assert authority.current.authority_fingerprint == before.authority_fingerprint
    assert authority.signer().certificate_der != certificates.der(before.chain[0])


def test_a_lost_key_is_named(tmp_path: Path) -> None:
    Authority.at(tmp_path, secrets(tmp_path), "Kota", now=NOW)
    (tmp_path / "secret.key").unlink()
    with pytest.raises(KeyLost):
        Authority.at(tmp_path, secrets(tmp_path), "Kota", now=NOW).signer()
    (tmp_path / "sealing-001.pem").write_text("nonsense")
    with pytest.raises(StorageFailed, match=r"sealing-001\.pem cannot be read"):
        Authority.at(tmp_path, secrets(tmp_path), "Kota", now=NOW)


def test_a_certificate_is_brought_along(tmp_path: Path) -> None:
    root_key, key = certificates.make_key(), certificates.make_key()
    now = datetime.now(UTC)
    root = certificates.make_authority("Balai Sertifikasi", root_key, now)
    leaf = certificates.make_sealing("Kota", key.public_key(), root, root_key, now)
    authority = Authority(tmp_path, secrets(tmp_path), "Kota")
    closed = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, BestAvailableEncryption(b"rahasia"))
    taken = authority.take(certificates.pem(root, leaf), closed, b"rahasia")
    assert [certificates.common_name(one) for one in taken.chain][1] == "Balai Sertifikasi: otoritas bukti"
    assert not authority.renew(taken.end)
    signer = authority.signer()
    assert verify_digest(signer.certificate_der, bytes(32), signer.sign_digest(bytes(32)))
    opened = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    with pytest.raises(BadInput, match="encrypted"):
        authority.take(certificates.pem(leaf), closed)
    with pytest.raises(BadInput, match="no certificate in the file belongs to the key"):
        authority.take(certificates.pem(root), opened)
    with pytest.raises(BadInput, match="cannot be read"):
        authority.take(b"nothing", opened)
    with pytest.raises(StorageFailed, match="lies in a token"):
        authority.take(certificates.pem(leaf), None)
        authority.signer()


@requires_tool("openssl")
def test_openssl_agrees(tmp_path: Path) -> None:
    authority = Authority.at(tmp_path, secrets(tmp_path), "Kota Semarang")
    (tmp_path / "message").write_bytes(b"a manifest")
    (tmp_path / "signature").write_bytes(sign_message(authority.signer(), b"a manifest"))
    chain = ["openssl", "verify", "-CAfile", "authority.pem", "sealing-001.pem"]
    assert subprocess.run(chain, cwd=tmp_path, capture_output=True, check=True).stdout == b"sealing-001.pem: OK\n"
    public = ["openssl", "x509", "-in", "sealing-001.pem", "-pubkey", "-noout", "-out", "public.pem"]
    subprocess.run(public, cwd=tmp_path, check=True)
    options = ["-sigopt", "rsa_padding_mode:pss", "-sigopt", "rsa_pss_saltlen:20"]
    check = ["openssl", "dgst", "-sha256", "-verify", "public.pem", *options, "-signature", "signature", "message"]
    assert subprocess.run(check, cwd=tmp_path, capture_output=True, check=True).stdout == b"Verified OK\n"
