"""The berita acara as an independent reader of PDF sees it: who, what, when, which hashes, what is missing."""

import io
import subprocess
from dataclasses import replace
from datetime import timedelta, timezone

import pytest
from PIL import Image
from tests.evidence.cases.test_machine import TERMS, new
from tests.needs import requires_tool

from ronda.base.time import HZ_90K, parse_rfc3339
from ronda.evidence.cases import machine
from ronda.evidence.cases.case import Asker, Custody, OwnCameras, What
from ronda.evidence.report import words
from ronda.evidence.report.document import PaperFile, Papers, Sealed, Still
from ronda.evidence.report.minutes import minutes
from ronda.evidence.report.paper import plain
from ronda.evidence.seal import manifest as documents

WIB = timezone(timedelta(hours=7), "WIB")
MADE = parse_rfc3339("2026-11-21T20:00:00Z")
SHA = "0123456789abcdef" * 4
OTHER = "fedcba9876543210" * 4


def manifest(**more: object) -> documents.Manifest:
    stretch = documents.Stretch.model_validate({"from": "2026-11-21T19:14:00.000Z", "to": "2026-11-21T19:24:00.000Z"})
    kept = documents.Segment.model_validate(
        {
            "file": "gang-1/main/x.mp4",
            "from": stretch.start,
            "to": stretch.end,
            "bytes": 9,
            "sha256": SHA,
            "kept_sha256": SHA,
        }
    )
    fields: dict[str, object] = {
        "file": documents.FileSaid.model_validate({"name": "gang.mp4", "bytes": 300_000_000, "sha256": SHA}),
        "camera": documents.CameraSaid(id="gang-1", name="Gang masuk", place="RT 3 RW 4 Krapyak", recorder="NVR RT 3"),
        "asked": stretch,
        "delivered": (stretch,),
        "changes": (documents.Change(at=stretch.start, codec="h264", width=1280, height=720),),
        "segments": (kept,),
        "clock": documents.ClockSaid(offset_s=-2.4),
        "case": documents.CaseSaid(number="2026-0012", basis="UU 27/2022", letter="B/123/XI/2026"),
        "operator": "joko",
        "unit": "Ronda",
        "software": "Ronda 1.0",
        "made_at": "2026-11-21T19:59:00Z",
        "access_log": documents.AccessLogSaid(size=812, root=OTHER),
        "seal": documents.SealSaid(
            algorithm="RSASSA-PSS",
            certificate_sha256=SHA,
            authority_sha256=OTHER,
            signature_offset=5,
            signature_bytes=384,
            signed_sha256=SHA,
        ),
    }
    return documents.Manifest.model_validate({**fields, **more})


def papers(**more: object) -> Papers:
    said = manifest(**more)
    files = (PaperFile("gang.mp4", 300_000_000, SHA), PaperFile("gang.manifest.json", 3_000, OTHER))
    return Papers("Kota Semarang", MADE, WIB, "2026-0012", (Sealed(said, files),), names={"joko": "Pak Joko"})


def text(pdf: bytes) -> str:
    """Return what `pdftotext` reads, each run of white space as one space."""
    read = subprocess.run(["pdftotext", "-layout", "-", "-"], input=pdf, capture_output=True, check=True)
    return " ".join(read.stdout.decode().split())


@requires_tool("pdftotext")
def test_it_says_who_hands_over_what_and_how_to_check_it() -> None:
    said = text(minutes(papers()))
    assert "BERITA ACARA PENYERAHAN REKAMAN CCTV" in said
    assert "Minggu, tanggal 22 November 2026, pukul 03.00 WIB" in said
    assert "22-11-2026 02.14.00 WIB sampai 02.24.00 (10 menit)" in said
    assert "2,4 detik lebih lambat dari jam server" in said
    assert "Seluruh waktu yang diminta terekam tanpa jeda." in said
    assert "H264 1280 x 720, sebagaimana dikirim kamera" in said
    assert "300.000.000 bita (300,0 MB)" in said
    assert "01234567 89abcdef 01234567 89abcdef" in said
    assert "B/123/XI/2026" in said
    assert "Pak Joko" in said
    assert "812 catatan" in said
    assert "Yang menerima" in said


@requires_tool("pdftotext")
def test_gaps_and_what_was_altered_on_disk_stand_on_it_in_words() -> None:
    gap = documents.Gap.model_validate(
        {"from": "2026-11-21T19:16:00Z", "to": "2026-11-21T19:17:30Z", "cause": "unreachable"}
    )
    altered = manifest().segments[0].model_copy(update={"kept_sha256": OTHER})
    said = text(minutes(papers(gaps=(gap,), segments=(altered,), signed_video=True)))
    assert "kamera tidak terjangkau" in said
    assert "02.16.00 WIB sampai 02.17.30 (1 menit 30 detik)" in said
    assert "PERHATIAN: 1 berkas arsip tidak lagi sama" in said
    assert "ONVIF Media Signing" in said


@requires_tool("pdftotext")
def test_a_cases_papers_have_its_stills_its_custody_and_its_code() -> None:
    case = machine.requested(new(asker=Asker.MEMBER), "2026-0012", "joko", OwnCameras.DIRECT, TERMS, MADE).case
    drawn = io.BytesIO()
    Image.new("RGB", (320, 180), (80, 120, 60)).save(drawn, "JPEG")
    whole = papers()
    stills = tuple(Still(MADE + second * HZ_90K, drawn.getvalue()) for second in range(7))
    custody = (
        Custody(MADE, "joko", What.REQUESTED, note="Motor dicuri"),
        Custody(MADE + HZ_90K, "system", What.APPROVED, subject="direct"),
        Custody(MADE + 2 * HZ_90K, "joko", What.HANDED_OVER, "Bripka Anton", SHA),
    )
    whole = replace(
        whole,
        exports=(replace(whole.exports[0], stills=stills),),
        case=case,
        custody=custody,
        code=f"2026-0012 gang.mp4 SHA256 {SHA}",
    )
    said = text(minutes(whole))
    assert "LEMBAR GAMBAR" in said
    assert "22-11-2026 03.00.06 WIB" in said
    assert "RANTAI PENGUASAAN BUKTI" in said
    assert "Bripka Anton" in said
    assert "kebijakan kota" in said


def test_letters_that_the_fonts_lack_are_written_as_their_code_and_nothing_breaks_a_line() -> None:
    assert plain("Pak Joko \u2013 ꦗꦮ\n") == "Pak Joko \u2013 [U+A997][U+A9AE]"
    assert minutes(papers(operator="\u202e" + "x" * 500, software="ꦗ" * 300)).startswith(b"%PDF-")


def test_many_gaps_and_segments_stay_a_paper() -> None:
    def gap(minute: int) -> documents.Gap:
        start = f"2026-11-21T{minute // 60:02}:{minute % 60:02}"
        return documents.Gap.model_validate({"from": f"{start}:00Z", "to": f"{start}:30Z", "cause": "silent"})

    gaps = tuple(map(gap, range(900)))
    assert len(minutes(papers(gaps=gaps))) < 200_000


@pytest.mark.parametrize(
    ("seconds", "said"), [(0, "0 detik"), (61, "1 menit 1 detik"), (3_600, "1 jam"), (7_322, "2 jam 2 menit 2 detik")]
)
def test_lengths_in_words(seconds: float, said: str) -> None:
    assert words.length(seconds) == said


def test_zones_have_the_names_that_people_use() -> None:
    assert words.zone_name(MADE, WIB) == "WIB"
    assert words.zone_name(MADE, timezone(timedelta(hours=9))) == "WIT"
    assert words.zone_name(MADE, timezone(timedelta(hours=5, minutes=30))) == "UTC+5.5"
