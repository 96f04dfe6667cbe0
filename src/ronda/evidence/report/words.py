"""Indonesian words for what stands on paper: dates, gaps, hand-overs."""

from datetime import UTC, datetime, timedelta, tzinfo
from typing import Final

from ronda.base.time import HZ_90K, parse_rfc3339

_DAYS: Final = ("Senin", "Selasa", "Rabu", "Kamis", "Jumat", "Sabtu", "Minggu")
_MONTHS: Final = (
    *("Januari", "Februari", "Maret", "April", "Mei", "Juni"),
    *("Juli", "Agustus", "September", "Oktober", "November", "Desember"),
)
_ZONES: Final = {7: "WIB", 8: "WITA", 9: "WIT"}
CAUSES: Final = {
    "unreachable": "kamera tidak terjangkau",
    "credentials": "kata sandi kamera ditolak",
    "silent": "kamera tidak mengirim gambar",
    "disk-full": "cakram penuh",
    "disk-slow": "cakram terlalu lambat",
    "disk-failed": "cakram rusak",
    "node-stopped": "perekam berhenti",
    "schedule": "di luar jadwal rekam",
    "retention": "terhapus karena masa simpan",
    "deleted-by-order": "dihapus atas perintah pengadilan",
    "unknown": "sebab tidak diketahui",
}
CUSTODY: Final = {
    "requested": "Diminta",
    "held": "Diamankan di tempat perekaman",
    "not-held": "Tidak dapat diamankan",
    "approved": "Disetujui",
    "refused": "Ditolak",
    "withdrawn": "Ditarik kembali",
    "seen": "Diketahui",
    "letter": "Nomor surat dicatat",
    "exported": "Disegel",
    "copied": "Salinan dengan penyamaran dibuat",
    "examined": "Rekaman ditelaah",
    "traced": "Papan jejak",
    "shared": "Dibagikan",
    "opened": "Dibuka",
    "share-ended": "Pembagian diakhiri",
    "fetched": "Diunduh",
    "handed-over": "Diserahkan",
    "note": "Catatan",
    "closed": "Perkara ditutup",
    "reopened": "Perkara dibuka kembali",
    "released": "Masa simpan berakhir",
    "deleted": "Dihapus",
}


def moment(utc_90k: int, zone: tzinfo) -> str:
    """Return a moment to the second, as `21-11-2026 02.14.05 WIB`."""
    local = _local(utc_90k, zone)
    return f"{local:%d-%m-%Y %H.%M.%S} {zone_name(utc_90k, zone)}"


def clock(utc_90k: int, zone: tzinfo) -> str:
    """Return the time of day to the second."""
    return f"{_local(utc_90k, zone):%H.%M.%S}"


def on_this_day(utc_90k: int, zone: tzinfo) -> str:
    """Return how a berita acara begins: weekday, day and time in words."""
    local = _local(utc_90k, zone)
    day = f"{_DAYS[local.weekday()]}, tanggal {local.day} {_MONTHS[local.month - 1]} {local.year}"
    return f"{day}, pukul {local:%H.%M} {zone_name(utc_90k, zone)}"


def zone_name(utc_90k: int, zone: tzinfo) -> str:
    """Return what people call the zone: WIB, WITA, WIT, else its distance from UTC."""
    ahead = _local(utc_90k, zone).utcoffset() or timedelta()
    hours = ahead / timedelta(hours=1)
    return _ZONES.get(int(hours), f"UTC{hours:+g}") if hours == int(hours) else f"UTC{hours:+g}"


def moment_of(text: str, zone: tzinfo) -> str:
    """Return an RFC 3339 moment as `moment` does."""
    return moment(parse_rfc3339(text), zone)


def length(seconds: float) -> str:
    """Return how long something is: `1 jam 02 menit 03 detik`, without what is nothing."""
    whole = round(seconds)
    parts = [(whole // 3600, "jam"), (whole // 60 % 60, "menit"), (whole % 60, "detik")]
    return " ".join(f"{number} {word}" for number, word in parts if number) or "0 detik"


def offset(seconds: float | None) -> str:
    """Return how far a camera's clock is from the server's."""
    if seconds is None:
        return "tidak diukur"
    if abs(seconds) < 0.5:
        return "sama dengan jam server (selisih di bawah setengah detik)"
    return f"{_comma(abs(seconds))} detik {'lebih cepat' if seconds > 0 else 'lebih lambat'} dari jam server"


def size(count: int) -> str:
    """Return bytes with points between thousands, and megabytes where there are some."""
    exact = f"{count:,} bita".replace(",", ".")
    return exact if count < 1_000_000 else f"{exact} ({_comma(count / 1e6)} MB)"


def _comma(number: float) -> str:
    return f"{number:.1f}".replace(".", ",")


def _local(utc_90k: int, zone: tzinfo) -> datetime:
    return datetime.fromtimestamp(utc_90k / HZ_90K, UTC).astimezone(zone)
