"""The people of the demonstration: one of each kind, invited as real ones are, all with the same password."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from ronda.base.errors import NotFound
from ronda.city.city import City
from ronda.city.region import Level, level_of, parent_of
from ronda.people.giving import Wish
from ronda.people.invitations import Newcomer
from ronda.people.people import People
from ronda.people.principal import LOCAL, Role, Scope

CORNER: Final = "krapyak-rt03-rw04-1"
"""The camera at whose corner the demonstration's RT is."""

RESPONDING: Final = "satpol-pp"
"""The agency to which the demonstration's operator can hand an alarm, and whose responder can be tried."""


@dataclass(frozen=True, slots=True)
class DemoPerson:
    """Somebody to try the demonstration as: sign-in name, full name, what they are, and a word on what to look at."""

    name: str
    display: str
    wish: Wish
    hint: str


def demo_people(city: City) -> Iterator[DemoPerson]:
    """Yield the people, as far as the city has the places that they belong to."""
    place = city.place(CORNER)
    rt = place.area if place is not None else ""
    if rt and level_of(rt) is Level.RT:
        rw = parent_of(rt) or rt
        neighbour = next((area.id for area in city.areas if area.parent == rw and area.id != rt), None)
        kelurahan = parent_of(rw) or rw
        yield DemoPerson("ketua.rt03", "Budi Santoso", Wish(Role.RT_HEAD, Scope.AREA, rt), "ketua RT 3")
        yield DemoPerson("warga.rt03", "Siti Aminah", Wish(Role.RT_MEMBER, Scope.AREA, rt), "anggota RT 3")
        if neighbour is not None:
            yield DemoPerson("warga.sebelah", "Agus Wibowo", Wish(Role.RT_MEMBER, Scope.AREA, neighbour), "RT sebelah")
        yield DemoPerson("balai.rw04", "Balai RW 4 Krapyak", Wish(Role.KIOSK, Scope.AREA, rw), "layar Balai RW")
        yield DemoPerson("lurah", "Rina Kusuma", Wish(Role.OFFICER, Scope.AREA, kelurahan), "kelurahan Krapyak")
        camat = parent_of(kelurahan) or kelurahan
        yield DemoPerson("camat", "Hendra Prabowo", Wish(Role.OFFICER, Scope.AREA, camat), "kecamatan")
    yield DemoPerson("diskominfo", "Dewi Lestari", Wish(Role.ENGINEER, Scope.CITY), "menyambung kamera")
    yield DemoPerson("operator", "Joko Susilo", Wish(Role.OPERATOR, Scope.CITY), "pusat komando")
    if (agency := city.agencies.find(RESPONDING)) is not None:
        wish = Wish(Role.RESPONDER, Scope.AGENCY, agency.id)
        yield DemoPerson("satpolpp", "Sari Wulandari", wish, "petugas lapangan: /duty")
    yield DemoPerson("penyidik", "Ipda Arif Rahman", Wish(Role.INVESTIGATOR, Scope.CITY), "polisi, dengan keperluan")
    yield DemoPerson("auditor", "Maya Putri", Wish(Role.AUDITOR, Scope.CITY), "siapa melihat apa")
    if (partner := next(iter(city.partners), None)) is not None:
        yield DemoPerson("mitra", partner.name[:80], Wish(Role.PARTNER, Scope.PARTNER, partner.id), "mitra")


async def invite_all(people: People, city: City, password: str) -> list[DemoPerson]:
    """Let everybody be there who is not yet, and return them all."""
    everybody = list(demo_people(city))
    hashed: str | None = None
    for one in everybody:
        try:
            await people.grants.person(one.name)
        except NotFound:
            hashed = hashed or await people.passwords.hash(password)
            _, secret = await people.invitations.make(LOCAL.principal, one.wish, one.display)
            await people.invitations.accept(secret, Newcomer(one.name, one.display, hashed))
    return everybody
