"""A key in a token: SoftHSM, which speaks PKCS#11 as a smart card does."""

import subprocess
from datetime import UTC, datetime
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from tests.evidence.exported import export
from tests.needs import requires_tool

from ronda.base.errors import StorageFailed
from ronda.evidence.seal import certificates
from ronda.evidence.seal.authority import Authority
from ronda.evidence.seal.token import Pkcs11Token
from ronda.evidence.verifying.beside import Trust
from ronda.evidence.verifying.verdict import Kind
from ronda.evidence.verifying.verify import verify
from ronda.store.secrets import Secrets

pytestmark = requires_tool("softhsm2-util")
MODULE = next(
    (
        path
        for path in map(Path, ("/usr/lib/softhsm/libsofthsm2.so", "/usr/lib64/softhsm/libsofthsm2.so"))
        if path.exists()
    ),
    Path("/usr/lib/softhsm/libsofthsm2.so"),
)


def test_a_token_seals(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("pkcs11")
    (tmp_path / "tokens").mkdir()
    configuration = tmp_path / "softhsm2.conf"
    configuration.write_text(f"directories.tokendir = {tmp_path / 'tokens'}\n")
    monkeypatch.setenv("SOFTHSM2_CONF", str(configuration))
    key, root_key = certificates.make_key(), certificates.make_key()
    now = datetime.now(UTC)
    root = certificates.make_authority("Balai", root_key, now)
    leaf = certificates.make_sealing("Kota", key.public_key(), root, root_key, now)
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    (tmp_path / "key.pem").write_bytes(pem)
    pins = ["--pin", "1234", "--so-pin", "5678"]
    run = ["softhsm2-util", "--init-token", "--free", "--label", "kota", *pins]
    subprocess.run(run, check=True, capture_output=True)
    run = ["softhsm2-util", "--import", str(tmp_path / "key.pem"), "--token", "kota", "--label", "segel", "--id", "01"]
    subprocess.run([*run, "--pin", "1234"], check=True, capture_output=True)
    (tmp_path / "key.pem").unlink()

    def authority(token: Pkcs11Token) -> Authority:
        return Authority(tmp_path / "evidence", Secrets.at(tmp_path / "secret.key"), "Kota", token)

    held = authority(Pkcs11Token(MODULE, "kota", "segel", "1234"))
    held.take(certificates.pem(leaf, root), None)
    sealed = export(tmp_path / "export", held.signer())
    assert verify(sealed.path, trust=Trust.parse([held.current.authority_fingerprint])).kind is Kind.AUTHENTIC
    for wrong in (
        Pkcs11Token(MODULE, "kota", "segel", "9999"),
        Pkcs11Token(MODULE, "kota", "lain", "1234"),
        Pkcs11Token(MODULE, "lain", "segel", "1234"),
        Pkcs11Token(tmp_path / "nothing.so", "kota", "segel", "1234"),
    ):
        with pytest.raises(StorageFailed, match="token"):
            authority(wrong).signer()
