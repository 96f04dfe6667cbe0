"""What the demonstration publishes: decisions by kind of site and area, each with a person, a reason and a day."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from typing import Final

from ronda.base.time import HZ_90K
from ronda.bus.contract import Hours
from ronda.city.publication import PublicationDecision, PublicationMode
from ronda.city.site import SiteKind

_CITY: Final = "33.74"
_HEAD: Final = "Kepala Diskominfo (simulasi)"
_DAYTIME: Final = (Hours(from_minute=5 * 60, to_minute=21 * 60),)
_BY_KIND: Final = (
    (SiteKind.RT, PublicationMode.LIVE, "Sudut RT dapat dilihat semua warga, seperti di Kota Semarang"),
    (SiteKind.MARKET, PublicationMode.LIVE, "Pasar adalah tempat umum; pedagang sudah diberi tahu"),
    (SiteKind.MAIN_ROAD, PublicationMode.LIVE, "Warga melihat kemacetan sebelum berangkat"),
    (SiteKind.CROWD_CENTRE, PublicationMode.LIVE, "Tempat umum; papan pemberitahuan terpasang"),
    (SiteKind.TOURISM, PublicationMode.LIVE, "Pengunjung melihat keramaian sebelum datang"),
    (SiteKind.TOWER, PublicationMode.LIVE, "Pandangan jauh; orang tidak dapat dikenali"),
    (SiteKind.HOTSPOT, PublicationMode.LIVE, "Lokasi rawan: lebih banyak mata lebih aman"),
    (SiteKind.INFRASTRUCTURE, PublicationMode.STILLS_WITHOUT_PEOPLE, "Yang perlu dilihat air dan sampah, bukan orang"),
    (SiteKind.KELURAHAN_OFFICE, PublicationMode.STILLS, "Gambar diam cukup untuk melihat antrean"),
    (SiteKind.KECAMATAN_OFFICE, PublicationMode.STILLS, "Gambar diam cukup untuk melihat antrean"),
)
_FLOODED: Final = (("33.74.02", "Semarang Utara"), ("33.74.05", "Genuk"), ("33.74.04", "Gayamsari"))
_DELAY_S: Final = 300


def decisions(today: date) -> tuple[PublicationDecision, ...]:
    """Return every decision in force; days are counted back from `today`."""
    return tuple(_all(today))


def _all(today: date) -> Iterator[PublicationDecision]:
    def decision(  # noqa: PLR0913 - as many as a decision has parts
        id: str, mode: PublicationMode, reason: str, days: int, *, area: str = _CITY, kind: SiteKind | None = None,
        camera: str | None = None, hours: tuple[Hours, ...] = (), delay_s: int = 0, by: str = _HEAD,
    ) -> PublicationDecision:  # fmt: skip
        at = datetime.combine(today - timedelta(days=days), time(3), UTC)
        at_90k = int(at.timestamp()) * HZ_90K
        return PublicationDecision(f"demo-{id}", camera, area, kind, mode, hours, delay_s, by, reason, at_90k)

    for number, (kind, mode, reason) in enumerate(_BY_KIND):
        yield decision(f"city-{kind}", mode, reason, 420 - 7 * number, kind=kind)
    for code, name in _FLOODED:
        yield decision(
            f"flood-{code.replace('.', '')}", PublicationMode.LIVE,
            f"Warga {name} memantau rob dan pompa secara langsung", 160, area=code, kind=SiteKind.INFRASTRUCTURE,
            by=f"Camat {name} (simulasi)",
        )  # fmt: skip
    yield decision(
        "banyumanik-hotspots", PublicationMode.HOURS, "Malam hari hanya gambar diam: rumah warga di tepi turunan", 90,
        area="33.74.11", kind=SiteKind.HOTSPOT, hours=_DAYTIME, by="Camat Banyumanik (simulasi)",
    )  # fmt: skip
    yield decision(
        "hamka", PublicationMode.DELAYED, "Kecelakaan tidak ditayangkan langsung sebelum petugas tiba", 45,
        camera="jalan-prof-hamka-turunan-1", delay_s=_DELAY_S, by="Kasatlantas Polrestabes (simulasi)",
    )  # fmt: skip
    yield decision(
        "kobong",
        PublicationMode.NO,
        "Bongkar muat malam: pekerja meminta tidak ditayangkan",
        70,
        camera="pasar-kobong-3",
    )
