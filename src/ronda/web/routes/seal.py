"""Whose seal it is: what trust in a sealed export begins with, for everybody."""

from typing import Annotated

from fastapi import APIRouter
from pydantic import BaseModel, Field

from ronda.evidence.seal.certificates import pem
from ronda.evidence.seal.signing import ALGORITHM
from ronda.web.gate import PartsOf

router = APIRouter(prefix="/api/v1/public", tags=["evidence"])


class SealShown(BaseModel):
    """The city's authority and the certificate that seals now."""

    name: Annotated[str, Field(description="Whose seal it is", examples=["Ronda Semarang"])]
    authority_sha256: Annotated[
        str,
        Field(
            description="Fingerprint of the authority, SHA-256: compare it with the one in a berita acara",
            examples=["4a627f8f49415f8dc766e5b35c105c29" * 2],
        ),
    ]
    authority: Annotated[
        str, Field(description="Its certificate, PEM", examples=["-----BEGIN CERTIFICATE-----\n...\n"])
    ]
    certificate_sha256: Annotated[
        str,
        Field(description="Fingerprint of what seals now, SHA-256", examples=["9f86d081884c7d659a2feaa0c55ad015" * 2]),
    ]
    until: Annotated[str, Field(description="Until when that is valid", examples=["2029-11-25T05:12:00+00:00"])]
    algorithm: Annotated[str, Field(examples=[ALGORITHM])]


@router.get("/seal", summary="Whose seal it is")
async def get_seal(parts: PartsOf) -> SealShown:
    """Return the city's authority and its fingerprint, which whoever verifies a sealed export compares."""
    seal = await parts.sealer.seal()
    issued = seal.issued
    return SealShown(
        name=issued.name,
        authority_sha256=issued.authority_fingerprint,
        authority=pem(issued.chain[-1]).decode(),
        certificate_sha256=seal.certificate_sha256,
        until=issued.end.isoformat(),
        algorithm=ALGORITHM,
    )
