"""The sealing key at the centre, off the event loop: what it signs with now, and signing.

Owned state: a thread, and the signer that is in use; both are made at the first seal, since a new key takes a second.
"""

import asyncio
import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from ronda.base.errors import Conflict
from ronda.base.pools import Pool
from ronda.evidence.seal.authority import Authority, Issued
from ronda.evidence.seal.signing import Signer

_MOST_WAITING: Final = 1_000
_KEPT_S: Final = 60.0


@dataclass(frozen=True, slots=True)
class Seal:
    """What is sealed with now.

    Attributes:
        signer: Signs.
        issued: Its certificate and those above it.
    """

    signer: Signer
    issued: Issued

    @property
    def certificate_sha256(self) -> str:
        """Fingerprint of the certificate as the signer has it, hexadecimal."""
        return hashlib.sha256(self.signer.certificate_der).hexdigest()


class Sealer:
    """Seals for one city; `close` ends its thread.

    Args:
        authority: Returns the city's authority, made or renewed where that is due; blocks.

    Attributes:
        pool: Its thread.
    """

    def __init__(self, authority: Callable[[], Authority]) -> None:
        self._authority = authority
        self._making = asyncio.Lock()
        self._kept: tuple[float, Seal] | None = None
        self.pool = Pool("seal", 1, _MOST_WAITING)

    async def seal(self) -> Seal:
        """Return what seals now, or did a minute ago; makes the authority at first use, renews its certificate in time.

        Raises:
            StorageFailed: A key or certificate cannot be read or made, or the token is not there.
        """
        async with self._making:
            now = asyncio.get_running_loop().time()
            if self._kept is None or self._kept[0] <= now:
                self._kept = now + _KEPT_S, await self.pool.run(self._open)
            return self._kept[1]

    async def sign(self, sha256: bytes, certificate_sha256: str | None = None) -> bytes:
        """Return the signature over a digest.

        Args:
            sha256: The digest.
            certificate_sha256: Of the certificate that must be the one in use; None for whichever is.

        Raises:
            Conflict: Another certificate is in use now.
            StorageFailed: The key cannot be used.
        """
        seal = await self.seal()
        if certificate_sha256 not in (None, seal.certificate_sha256):
            raise Conflict("the sealing certificate was replaced meanwhile", "export again")
        return await self.pool.run(seal.signer.sign_digest, sha256)

    async def sign_all(self, digests: Sequence[bytes]) -> tuple[str, list[bytes]]:
        """Return the certificate's fingerprint and its key's signature over each of many digests.

        Raises:
            StorageFailed: The key cannot be used.
        """
        seal = await self.seal()
        signatures = await self.pool.run(lambda: [seal.signer.sign_digest(digest) for digest in digests])
        return seal.certificate_sha256, signatures

    def close(self) -> None:
        """End the thread."""
        self.pool.close()

    def _open(self) -> Seal:
        authority = self._authority()
        return Seal(authority.signer(), authority.current)
