"""RFC 3161: a third party's word on when a digest existed, where the city has such a server.

The request is a few bytes of DER made here, because what is stamped is a digest of gigabytes that nobody wants to hold
again; the answer is read by `rfc3161-client`.
"""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final
from urllib.parse import urlsplit

import httpx
import rfc3161_client
import structlog
from cryptography import x509

from ronda.base.errors import BadInput
from ronda.evidence.seal import der
from ronda.evidence.seal.manifest import TimeStampSaid

LARGEST_BYTES: Final = 64 * 1024
_PATIENCE_S: Final = 20.0
_SHA256_OID: Final = "2.16.840.1.101.3.4.2.1"
_SHA256: Final = bytes.fromhex("300d06096086480165030402010500")
_GRANTED: Final = (0, 1)
_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Stamp:
    """A time stamp that was read; who made it is another question.

    Attributes:
        digest: What it is over, SHA-256.
        at: When, as the server says.
        nonce: The request's.
        reply: The whole answer, DER: what is kept as `NAME.tsr`.
    """

    digest: bytes
    at: datetime
    nonce: int | None
    reply: bytes

    @property
    def time(self) -> str:
        """When, RFC 3339 in UTC."""
        return self.at.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


async def ask(url: str, sha256: bytes) -> tuple[Stamp | None, TimeStampSaid]:
    """Ask a server for a time stamp over a digest; never raises: an export is not lost for want of one.

    Returns:
        The stamp, or None where it failed; and what the manifest says of it, with the reason.
    """
    server = urlsplit(url).hostname or ""  # the rest of an address may be a secret
    nonce = secrets.randbits(63) | 1
    try:
        stamp = parse(await _post(url, request(sha256, nonce)))
        if stamp.digest != sha256 or stamp.nonce != nonce:
            raise BadInput("the answer belongs to another request")
    except (BadInput, httpx.HTTPError, httpx.InvalidURL, OSError) as error:
        reason = error.message if isinstance(error, BadInput) else f"no answer ({type(error).__name__})"
        _log.warning("no time stamp", server=server, reason=reason)
        return None, TimeStampSaid(state="failed", server=server, reason=reason[:500])
    return stamp, TimeStampSaid(state="made", server=server, at=stamp.time)


async def _post(url: str, body: bytes) -> bytes:
    headers = {"Content-Type": "application/timestamp-query", "Accept": "application/timestamp-reply"}
    async with (
        httpx.AsyncClient(timeout=_PATIENCE_S, follow_redirects=False) as client,
        client.stream("POST", url, content=body, headers=headers) as answer,
    ):
        if answer.status_code != httpx.codes.OK:
            raise BadInput(f"the server answered with status {answer.status_code}")
        found = bytearray()
        async for chunk in answer.aiter_bytes():
            found += chunk
            if len(found) > LARGEST_BYTES:
                raise BadInput("the answer is too large")
        return bytes(found)


def request(sha256: bytes, nonce: int) -> bytes:
    """Return a TimeStampReq over a digest that wants the server's certificate (RFC 3161, 2.4.1), DER."""
    imprint = der.value(0x30, _SHA256 + der.value(0x04, sha256))
    number = nonce.to_bytes(nonce.bit_length() // 8 + 1, "big")
    return der.value(0x30, der.value(0x02, b"\1") + imprint + der.value(0x02, number) + der.value(0x01, b"\xff"))


def parse(reply: bytes) -> Stamp:
    """Return what a TimeStampResp says (RFC 3161, 2.4.2).

    Raises:
        BadInput: It is none, or the server refused.
    """
    if len(reply) > LARGEST_BYTES:
        raise BadInput("the time stamp is too large", "choose the file NAME.tsr")
    try:
        response = _decoded(reply)
        if response.status not in _GRANTED:
            raise BadInput(f"the server refused: {'; '.join(response.status_string)[:200] or response.status}")
        said = response.tst_info
        imprint, nonce, at = said.message_imprint, said.nonce, said.gen_time
    except ValueError as error:
        raise BadInput("this is no time stamp", "choose the file NAME.tsr") from error
    if imprint.hash_algorithm.dotted_string != _SHA256_OID:
        raise BadInput("the time stamp is over another kind of hash than SHA-256")
    return Stamp(imprint.message, at, nonce, reply)


def _decoded(reply: bytes) -> rfc3161_client.TimeStampResponse:
    try:
        reply = der.sorted_certificates(reply)
    except (ValueError, IndexError):  # a refusal has no token, and junk has nothing
        pass
    return rfc3161_client.decode_timestamp_response(reply)


def trusted(stamp: Stamp, authorities: Sequence[x509.Certificate]) -> bool:
    """Whether one of the authorities that are given stands behind a time stamp."""
    builder = rfc3161_client.VerifierBuilder()
    for certificate in dict.fromkeys(authorities):
        builder = builder.add_root_certificate(certificate)
    try:
        response = _decoded(stamp.reply)
        return builder.build().verify(response, stamp.digest)
    except (rfc3161_client.VerificationError, ValueError):
        return False
