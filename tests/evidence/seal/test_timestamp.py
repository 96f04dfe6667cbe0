"""Time stamps, by an independent peer: `openssl ts` behind a small HTTP server."""

import asyncio
import hashlib
import subprocess
import threading
from collections.abc import Iterator
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from tests.evidence.exported import export
from tests.needs import requires_tool

from ronda.base.errors import BadInput
from ronda.evidence.seal import timestamp
from ronda.evidence.seal.manifest import TimeStampSaid
from ronda.evidence.verifying.beside import find, read_certificates
from ronda.evidence.verifying.verdict import Kind, Verdict
from ronda.evidence.verifying.verify import verify

pytestmark = requires_tool("openssl")
CONFIGURATION = """
[req]
distinguished_name = name
prompt = no
[name]
CN = Otoritas cap waktu
[ca]
basicConstraints = critical, CA:true
keyUsage = critical, keyCertSign
[stamper]
extendedKeyUsage = critical, timeStamping
keyUsage = critical, digitalSignature
[tsa]
default_tsa = stamping
[stamping]
serial = serial
crypto_device = builtin
signer_cert = stamper.pem
signer_key = stamper.key
certs = ca.pem
signer_digest = sha256
default_policy = 1.2.3.4
digests = sha256
ordering = yes
ess_cert_id_alg = sha256
"""


@pytest.fixture(scope="module")
def peer(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Path]]:
    """A time stamp server: (its address, the folder with its certificates)."""
    folder = tmp_path_factory.mktemp("tsa")
    (folder / "tsa.conf").write_text(CONFIGURATION)
    (folder / "serial").write_text("01\n")
    new = ["openssl", "req", "-config", "tsa.conf", "-newkey", "rsa:2048", "-nodes", "-x509", "-days", "30"]
    for name, more in (
        ("ca", ["-extensions", "ca"]),
        ("stamper", ["-extensions", "stamper", "-subj", "/CN=Pencap", "-CA", "ca.pem", "-CAkey", "ca.key"]),
    ):
        run = [*new, "-keyout", f"{name}.key", "-out", f"{name}.pem", *more]
        subprocess.run(run, cwd=folder, check=True, capture_output=True)

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            (folder / "query.tsq").write_bytes(body)
            run: list[str] = [
                "openssl",
                "ts",
                "-reply",
                "-config",
                "tsa.conf",
                "-queryfile",
                "query.tsq",
                "-out",
                "reply.tsr",
            ]
            subprocess.run(run, cwd=folder, check=True, capture_output=True)
            answer = {"/": (folder / "reply.tsr").read_bytes(), "/junk": b"junk", "/large": bytes(200_000)}.get(
                self.path
            )
            self.send_response(200 if answer else 503)
            self.send_header("Content-Type", "application/timestamp-reply")
            self.end_headers()
            self.wfile.write(answer or b"")

        def log_message(self, *_: object) -> None:
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}", folder
    server.shutdown()
    server.server_close()
    thread.join()


def test_a_stamp_is_fetched_and_verified(peer: tuple[str, Path], tmp_path: Path) -> None:
    url, folder = peer
    sealed = export(tmp_path)
    digest = hashlib.sha256(sealed.path.read_bytes()).digest()
    stamp, said = ask(url + "/", digest)
    assert stamp is not None
    assert (said.state, said.server, said.at) == ("made", "127.0.0.1", stamp.time)
    sealed.path.with_suffix(".tsr").write_bytes(stamp.reply)
    assert _codes(verify(sealed.path)) == (Kind.AUTHENTIC, {"time-stamp-not-compared"})
    ours = read_certificates(folder / "ca.pem")
    assert _codes(verify(sealed.path, stampers=ours)) == (Kind.AUTHENTIC, {"time-stamp"})
    theirs = read_certificates(sealed.certificates)
    assert _codes(verify(sealed.path, stampers=theirs)) == (Kind.UNKNOWN_SIGNER, {"time-stamp-untrusted"})
    check = ["openssl", "ts", "-verify", "-data", str(sealed.path), "-in", str(sealed.path.with_suffix(".tsr"))]
    subprocess.run([*check, "-CAfile", str(folder / "ca.pem")], check=True, capture_output=True)
    other, _ = ask(url + "/", bytes(32))
    assert other is not None
    changed = verify(sealed.path, replace(find(sealed.path), time_stamp=other.reply))
    assert _codes(changed) == (Kind.ALTERED, {"time-stamp-other"})


@pytest.mark.parametrize("path", ["/junk", "/large", "/gone"])
def test_a_server_that_fails_costs_no_export(peer: tuple[str, Path], path: str) -> None:
    stamp, said = ask(peer[0] + path, bytes(32))
    assert (stamp, said.state) == (None, "failed")
    assert said.reason


def test_no_server_at_all_is_told(tmp_path: Path) -> None:
    stamp, said = ask("http://127.0.0.1:9/", bytes(32))
    assert (stamp, said.state) == (None, "failed")
    failed = verify(export(tmp_path, time_stamp=said).path)
    assert _codes(failed) == (Kind.AUTHENTIC, {"time-stamp-failed"})
    made = TimeStampSaid(state="made", server="cap.example.id")
    assert _codes(verify(export(tmp_path, time_stamp=made).path)) == (Kind.AUTHENTIC, {"time-stamp-missing"})
    with pytest.raises(BadInput):
        timestamp.parse(b"")


def ask(url: str, digest: bytes) -> tuple[timestamp.Stamp | None, TimeStampSaid]:
    return asyncio.run(timestamp.ask(url, digest))


def _codes(verdict: Verdict) -> tuple[Kind, set[str]]:
    return verdict.kind, {one.code for one in verdict.findings if one.code.startswith("time-stamp")}
