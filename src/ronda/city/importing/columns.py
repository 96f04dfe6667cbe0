"""The columns of a table of cameras: what each is called in Indonesian and in English, and what it holds."""

import re
from dataclasses import dataclass
from typing import Final

from rapidfuzz import process

_WORD: Final = re.compile(r"[^0-9a-z]+")
_ALIKE: Final = 70


@dataclass(frozen=True, slots=True)
class Column:
    """One column.

    Attributes:
        field: Its name within Ronda.
        indonesian: Its heading in Indonesian.
        english: Its heading in English.
        others: Other headings under which it is known.
        holds: What it holds, in Indonesian and in English, for the template.
        example: A value of it.
    """

    field: str
    indonesian: str
    english: str
    others: tuple[str, ...]
    holds: tuple[str, str]
    example: str


def _column(field: str, headings: str, others: str, indonesian: str, english: str, example: str = "") -> Column:
    first, _, second = headings.partition("|")
    return Column(
        field, first, second, tuple(filter(None, others.split("|"))), (indonesian, english), example
    )  # fmt: skip


COLUMNS: Final = (
    _column("id", "id|id", "id kamera|camera id|camera|kamera|kode kamera|kode|no kamera",
            "Wajib. Huruf kecil a-z, angka, tanda hubung; tidak boleh sama dengan kamera lain",
            "Required. a-z, 0-9 and hyphens; no two cameras share one", "krapyak-rt03-rw04-1"),
    _column("name", "nama|name", "nama kamera|camera name|label|keterangan kamera",
            "Nama yang dikenal warga", "What people call it", "Gang masuk"),
    _column("site", "titik|site", "id titik|site id|kode titik|lokasi id",
            "Id titik tempat kamera; titik baru dibuat dari baris ini",
            "Id of the place where it hangs; a new one is made from this line", "krapyak-rt03-rw04"),
    _column("site_name", "nama titik|site name", "lokasi|nama lokasi|location|tempat",
            "Nama titik", "Name of the place", "RT 3 RW 4 Krapyak"),
    _column("kind", "jenis titik|kind", "jenis|site kind|kategori|category|tipe titik|jenis lokasi",
            "rt, kantor kelurahan, kantor kecamatan, pusat keramaian, pasar, wisata, infrastruktur, jalan protokol, "
            "menara, titik rawan",
            "rt, kelurahan-office, kecamatan-office, crowd-centre, market, tourism, infrastructure, main-road, tower, "
            "hotspot", "rt"),
    _column("area", "kode wilayah|area", "wilayah|region|region code|area code|kode kelurahan|kode area",
            "Kode wilayah Kemendagri titik itu; format sel sebagai teks",
            "Region code of the place; format the cells as text", "33.74.13.1003.rw04.rt03"),
    _column("rw", "rw|rw", "nomor rw", "Nomor RW, bila kode wilayah hanya sampai kelurahan",
            "Number of the RW where the code names the kelurahan only", ""),
    _column("rt", "rt|rt", "nomor rt", "Nomor RT, bersama kolom rw", "Number of the RT, beside rw", ""),
    _column("lat", "lintang|lat", "latitude|garis lintang|lattitude|y",
            "Lintang, derajat (WGS 84)", "Latitude, degrees (WGS 84)", "-6.98419"),
    _column("lon", "bujur|lon", "lng|long|longitude|garis bujur|x",
            "Bujur, derajat (WGS 84)", "Longitude, degrees (WGS 84)", "110.36984"),
    _column("place", "koordinat|coordinates", "titik koordinat|latlong|lat long|koordinat gps|gps",
            "Lintang dan bujur dalam satu sel, bila tidak dalam dua kolom",
            "Latitude and longitude in one cell, if not in two columns", ""),
    _column("address", "alamat|address", "alamat titik|street address",
            "Alamat titik", "Street address of the place", ""),
    _column("agency", "instansi|agency", "opd|dinas|pemilik|owner", "Id atau nama instansi pemilik titik",
            "Id or name of the agency that owns the place", "diskominfo"),
    _column("partner", "mitra|partner", "", "Id atau nama mitra pemilik titik",
            "Id or name of the partner who owns the place", ""),
    _column("recorder", "perekam|recorder", "id perekam|recorder id|nvr|dvr|kode nvr|id nvr",
            "Id perekam (NVR/DVR); yang baru dibuat dari baris ini",
            "Id of its recorder; a new one is made from this line", "krapyak-rt03-rw04-nvr"),
    _column("recorder_brand", "merek perekam|recorder brand", "merk perekam|merek nvr|merk nvr|brand|merek|merk",
            "Merek perekam", "Maker of the recorder", ""),
    _column("recorder_model", "model perekam|recorder model", "tipe perekam|model nvr|tipe nvr|model",
            "Model perekam", "Model of the recorder", ""),
    _column("recorder_serial", "seri perekam|recorder serial", "nomor seri|serial|serial number|nomor seri nvr",
            "Nomor seri perekam", "Serial number of the recorder", ""),
    _column("recorder_address", "alamat perekam|recorder address", "ip perekam|ip nvr|recorder ip",
            "Alamat jaringan perekam", "Network address of the recorder", ""),
    _column("channel", "kanal|channel", "channel nvr|kanal nvr|ch|no kanal|nomor kanal",
            "Kanal perekam, mulai dari 1", "Channel of the recorder, from 1", "1"),
    _column("url", "url|url", "rtsp|url rtsp|rtsp url|alamat rtsp|stream url|main url|url utama|alamat aliran",
            "Alamat aliran utama; tanpa ini kamera tercatat dan tidak diambil",
            "Address of the main stream; a camera without one is known and not pulled",
            "rtsp://10.20.30.40:554/Streaming/Channels/101"),
    _column("sub_url", "url kecil|sub url", "substream|sub stream|url sub|url sekunder|sub",
            "Alamat aliran kecil", "Address of the small stream", "rtsp://10.20.30.40:554/Streaming/Channels/102"),
    _column("snapshot_url", "url foto|snapshot url", "snapshot|url snapshot|foto",
            "Alamat foto", "Address of a snapshot", ""),
    _column("username", "pengguna|username", "user|user name|nama pengguna|login",
            "Nama pengguna kamera, bila tidak di dalam url", "User name of the camera, if not in its address", ""),
    _column("password", "sandi|password", "kata sandi|pass|pwd", "Sandi kamera, bila tidak di dalam url",
            "Password of the camera, if not in its address", ""),
    _column("bearing", "arah|bearing", "arah pandang|direction|azimuth|azimut|heading",
            "Arah pandang, derajat searah jarum jam dari utara", "Direction of view, degrees clockwise from north",
            "120"),
    _column("angle", "sudut|angle", "sudut pandang|fov|view angle|angle of view",
            "Lebar pandang, derajat", "Width of view, degrees", "90"),
    _column("purpose", "tujuan|purpose", "fungsi|kegunaan|peruntukan", "Untuk apa kamera ini (UU PDP Pasal 17)",
            "What it is there for (UU PDP Art. 17)", "keamanan"),
    _column("sign", "papan|sign", "papan pemberitahuan|tanggal papan|sign put up|rambu",
            "Tanggal papan pemberitahuan dipasang", "Day on which the notice was put up", "2026-03-01"),
    _column("budget", "sumber anggaran|budget", "anggaran|sumber dana|budget source|dana",
            "Sumber anggaran", "Where the money came from", "APBD 2026"),
    _column("planned", "direncanakan|planned", "tanggal rencana|rencana", "Tanggal", "Day", ""),
    _column("budgeted", "dianggarkan|budgeted", "tanggal anggaran", "Tanggal", "Day", ""),
    _column("installed", "dipasang|installed", "tanggal pasang|tanggal pemasangan|terpasang", "Tanggal", "Day",
            "2026-02-14"),
    _column("connected", "terhubung|connected", "tanggal terhubung|terintegrasi|tanggal integrasi|integrated",
            "Tanggal", "Day", ""),
    _column("published", "dipublikasikan|published", "tanggal publikasi|tayang", "Tanggal", "Day", ""),
    _column("retired", "dipensiunkan|retired", "tanggal pensiun|dibongkar", "Tanggal", "Day", ""),
    _column("trouble", "gangguan|trouble", "penyebab|penyebab gangguan|cause|kendala",
            "unplugged, cable, recorder-lost, insects, no-internet, contract-suspended, moved, no-network, "
            "vendor-closed, other",
            "unplugged, cable, recorder-lost, insects, no-internet, contract-suspended, moved, no-network, "
            "vendor-closed, other", ""),
    _column("trouble_since", "gangguan sejak|trouble since", "rusak sejak|sejak|since", "Tanggal", "Day", ""),
    _column("trouble_target", "target perbaikan|trouble target", "target|rencana perbaikan", "Tanggal", "Day", ""),
    _column("trouble_note", "catatan gangguan|trouble note", "catatan|note|notes", "Catatan", "Note", ""),
    _column("record", "rekam|record", "mode rekam|recording|perekaman",
            "off, continuous atau event", "off, continuous or event", "continuous"),
    _column("days", "hari rekaman|days", "lama simpan|retention|hari simpan", "Berapa hari rekaman disimpan",
            "Days that recordings are kept", "7"),
)  # fmt: skip
"""The columns, in the order of the template."""

BY_FIELD: Final = {column.field: column for column in COLUMNS}


def bare(heading: str) -> str:
    """Return a heading as it is compared: small letters and digits, one space between words."""
    return _WORD.sub(" ", heading.lower()).strip()


_FIELDS: Final = {
    bare(name): column.field
    for column in COLUMNS
    for name in (column.field, column.indonesian, column.english, *column.others)
}


def field_of(heading: str) -> str | None:
    """Return the field that a heading names; None for one that is not known."""
    return _FIELDS.get(bare(heading))


def is_known(heading: str) -> bool:
    """Whether a heading is known."""
    return bare(heading) in _FIELDS


def like(heading: str) -> str | None:
    """Return the known heading that comes nearest; None where none does."""
    found = process.extractOne(bare(heading)[:60], list(_FIELDS), score_cutoff=_ALIKE)
    return None if found is None else str(found[0])
