"""A stranger's questions to a sealed file, and what each kind of tampering is answered with."""

import hashlib
import os
import random
import struct
import subprocess
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from tests.evidence.exported import GAP, SEGMENT_S, START_90K, Export, authority, export, years
from tests.needs import requires_tool

from ronda.base.errors import BadInput
from ronda.base.time import HZ_90K, format_rfc3339
from ronda.evidence.seal.authority import Authority
from ronda.evidence.seal.manifest import Segment, read
from ronda.evidence.seal.reading import read_meta
from ronda.evidence.seal.repeated import sign_again
from ronda.evidence.verifying.beside import Beside, Trust, find
from ronda.evidence.verifying.verdict import Kind, Verdict
from ronda.evidence.verifying.verify import verify
from ronda.evidence.verifying.words import LANGUAGES, headline, lines, words
from ronda.media.fmp4.box import box
from ronda.store.secrets import Secrets


def codes(verdict: Verdict) -> list[str]:
    return [one.code for one in verdict.findings]


def change(path: Path, offset: int, bit: int = 0) -> None:
    with path.open("r+b") as file:
        file.seek(offset)
        byte = file.read(1)[0]
        file.seek(offset)
        file.write(bytes((byte ^ 1 << bit,)))


@pytest.fixture(scope="module")
def master(tmp_path_factory: pytest.TempPathFactory) -> Export:
    return export(tmp_path_factory.mktemp("export"))


@pytest.fixture
def sealed(master: Export, tmp_path: Path) -> Export:
    return master.copy(tmp_path)


def test_a_sealed_file_is_authentic_and_says_whose_it_is(sealed: Export) -> None:
    verdict = verify(sealed.path)
    assert verdict.kind is Kind.AUTHENTIC
    assert codes(verdict) == ["authority-not-compared", "clock-unmeasured"]
    assert verdict.findings[0].values["fingerprint"] == authority().current.authority_fingerprint
    assert (verdict.facts.camera, verdict.facts.case) == ("Gapura RT 03", "2026/0117")
    assert verdict.facts.start == format_rfc3339(START_90K)
    assert verdict.signatures[0].authority == "Kota Semarang: otoritas bukti"
    assert verdict.status == 0


def test_gaps_are_told_with_their_cause(tmp_path: Path) -> None:
    verdict = verify(export(tmp_path, gaps=[GAP]).path)
    assert verdict.kind is Kind.WITH_GAPS
    assert verdict.status == 0
    assert "kamera diam" in " ".join(lines(verdict, "id", UTC))
    assert "camera was silent" in " ".join(lines(verdict, "en", UTC))


def test_the_authority_is_compared_where_it_is_given(sealed: Export, tmp_path: Path) -> None:
    fingerprint = authority().current.authority_fingerprint
    colons = ":".join(fingerprint[at : at + 2] for at in range(0, 64, 2)).upper()
    trusted = verify(sealed.path, trust=Trust.parse([colons]))
    assert ("authority-trusted" in codes(trusted), trusted.uncompared) == (True, False)
    assert "compared" not in headline(trusted, "en")
    root = tmp_path / "root.pem"
    root.write_bytes(
        sealed.certificates.read_bytes()[-1700:][sealed.certificates.read_bytes()[-1700:].index(b"-----BEGIN") :]
    )
    assert "authority-trusted" in codes(verify(sealed.path, trust=Trust.parse([str(root)])))
    sealed.certificates.unlink()
    assert verify(sealed.path, trust=Trust.parse([str(root)])).kind is Kind.AUTHENTIC
    alone = verify(sealed.path)
    assert ("authority-missing" in codes(alone), alone.uncompared) == (True, True)
    assert "has not been compared" in headline(alone, "en")
    with pytest.raises(BadInput, match="no certificate"):
        Trust.parse([str(sealed.path)])


def test_a_city_of_the_same_name_is_another_signer(sealed: Export, tmp_path: Path) -> None:
    forger = Authority.at(tmp_path / "forger", Secrets.at(tmp_path / "key"), "Kota Semarang")
    forged = export(tmp_path / "forged", forger.signer())
    trust = Trust.parse([authority().current.authority_fingerprint])
    verdict = verify(forged.path, trust=trust)
    assert (verdict.kind, verdict.status) == (Kind.UNKNOWN_SIGNER, 4)
    assert "authority-other" in codes(verdict)
    # Their certificates beside our file: our file stays ours, and the difference is told.
    mixed = verify(sealed.path, replace(find(sealed.path), certificates=forged.certificates.read_bytes()))
    assert (mixed.kind, "certificate-differs" in codes(mixed)) == (Kind.UNKNOWN_SIGNER, True)
    # Their manifest beside our file.
    taken = Beside(*(path.read_bytes() for path in (forged.manifest, forged.signature, forged.certificates)))
    told = verify(sealed.path, taken)
    assert (told.kind, "manifest-other-signer" in codes(told)) == (Kind.ALTERED, True)


def test_a_certificate_must_hold_when_the_file_is_sealed(tmp_path: Path) -> None:
    for late in (years(-1), years(4)):
        verdict = verify(export(tmp_path, sealed_at=datetime.now(UTC) + late).path)
        assert (verdict.kind, "certificate-expired" in codes(verdict)) == (Kind.UNKNOWN_SIGNER, True)


def test_an_altered_picture_is_found_with_its_time_of_day(sealed: Export) -> None:
    change(sealed.path, sealed.path.stat().st_size // 2)
    verdict = verify(sealed.path)
    assert (verdict.kind, verdict.status) == (Kind.ALTERED, 1)
    where = next(one for one in verdict.findings if one.code == "part-altered")
    assert where.values["from"] == format_rfc3339(START_90K + SEGMENT_S * HZ_90K)
    assert where.values["to"] == format_rfc3339(START_90K + (SEGMENT_S + 1) * HZ_90K), "not the segment's whole time"
    assert {"signature-wrong", "file-hash"} <= set(codes(verdict))
    assert codes(verdict).count("part-altered") == 1


def test_neighbours_that_were_altered_are_told_as_one(sealed: Export) -> None:
    parts = read(sealed.manifest.read_bytes()).parts
    for number in (0, 1, 2, 4):
        change(sealed.path, parts[number].offset + 5)
    told = [one.values for one in verify(sealed.path).findings if one.code == "part-altered"]
    second = [format_rfc3339(START_90K + at * HZ_90K) for at in range(6)]
    assert [(one["from"], one["to"]) for one in told] == [
        (second[0], second[2]),
        (second[2], second[3]),  # another segment's
        (second[4], second[5]),
    ]
    assert told[0]["bytes"] == parts[0].size + parts[1].size


def test_an_altered_head_or_seal_is_told_apart_from_the_pictures(sealed: Export) -> None:
    change(sealed.path, 60)
    assert "head-altered" in codes(verify(sealed.path))
    change(sealed.path, 60)
    change(sealed.path, sealed.path.read_bytes().index(b"Siti"))
    assert "rest-altered" in codes(verify(sealed.path))


def test_a_file_without_its_manifest_still_carries_its_seal(sealed: Export) -> None:
    sealed.signature.unlink()
    assert "manifest-unsigned" in codes(verify(sealed.path))
    sealed.manifest.unlink()
    verdict = verify(sealed.path)
    assert (verdict.kind, "manifest-missing" in codes(verdict)) == (Kind.AUTHENTIC, True)
    change(sealed.path, 5_000)
    assert verify(sealed.path).kind is Kind.ALTERED


@pytest.mark.parametrize("edit", [(b"pencurian", b"perkelahi"), (b'"gaps": []', b'"gaps":  []'), (b"}\n", b"}")])
def test_a_manifest_edited_by_hand_is_found(sealed: Export, edit: tuple[bytes, bytes]) -> None:
    data = sealed.manifest.read_bytes()
    assert edit[0] in data
    sealed.manifest.write_bytes(data.replace(edit[0], edit[1], 1))
    verdict = verify(sealed.path)
    assert (verdict.kind, "manifest-altered" in codes(verdict)) == (Kind.ALTERED, True)


def test_the_manifest_of_another_export_is_found(sealed: Export, tmp_path: Path) -> None:
    other = export(tmp_path / "other", name="lain", sealed_at=datetime.now(UTC) - years(0.0001))
    verdict = verify(sealed.path, find(other.path))
    assert (verdict.kind, "manifest-of-another" in codes(verdict)) == (Kind.ALTERED, True)


def test_footage_that_was_altered_before_it_was_sealed_is_told(master: Export, tmp_path: Path) -> None:
    moment = format_rfc3339(START_90K)
    bad = Segment(file="a.mp4", start=moment, end=moment, size=1, sha256="0" * 64, kept_sha256="1" * 64)
    verdict = verify(export(tmp_path, segments=(bad,), parts=()).path)
    assert (verdict.kind, "segment-differs" in codes(verdict)) == (Kind.ALTERED, True)


def test_a_taken_out_seal_is_found_and_a_foreign_film_is_not_signed(sealed: Export, tmp_path: Path) -> None:
    whole = sealed.path.read_bytes()
    bare = whole[: whole.rindex(b"meta") - 4]
    sealed.path.write_bytes(bare + box(b"free", bytes(len(whole) - len(bare) - 8)))
    verdict = verify(sealed.path)
    assert (verdict.kind, "seal-removed" in codes(verdict)) == (Kind.ALTERED, True)
    foreign = tmp_path / "foreign.mp4"
    foreign.write_bytes(bare)
    verdict = verify(foreign)
    assert (verdict.kind, verdict.status) == (Kind.NOT_SIGNED, 3)


@pytest.mark.parametrize("keep", [0, 4, 20, 3_000, 90_000, -1, -500])
def test_a_file_cut_short_says_so(sealed: Export, keep: int) -> None:
    whole = sealed.path.read_bytes()
    sealed.path.write_bytes(whole[:keep])
    verdict = verify(sealed.path)
    assert (verdict.kind, verdict.status) == (Kind.UNREADABLE, 5)
    assert "size" in codes(verdict)
    for one in sealed.files[1:]:
        one.unlink()
    assert verify(sealed.path).kind is Kind.UNREADABLE


def test_what_is_there_of_a_cut_file_is_still_vouched_for(sealed: Export) -> None:
    sealed.path.write_bytes(sealed.path.read_bytes()[:-80_000])
    until = next(one for one in verify(sealed.path).findings if one.code == "whole-until")
    assert until.values["time"] in {format_rfc3339(START_90K + number * HZ_90K) for number in range(1, 6)}


def test_further_signatures_are_judged_in_order(sealed: Export, tmp_path: Path) -> None:
    before = sealed.path.read_bytes()
    police = Authority.at(tmp_path / "police", Secrets.at(tmp_path / "key"), "Polrestabes Semarang").signer()
    assert sign_again(sealed.path, police, "diterima utuh pada 26 November") == 2
    assert sign_again(sealed.path, authority().signer()) == 3
    after = sealed.path.read_bytes()
    assert after[: before.rindex(b"meta") - 4] == before[: before.rindex(b"meta") - 4]
    verdict = verify(sealed.path)
    assert verdict.kind is Kind.AUTHENTIC
    assert [one.fits for one in verdict.signatures] == [True, True, True]
    assert verdict.signatures[1].note == "diterima utuh pada 26 November"
    assert verdict.facts.sha256 == hashlib.sha256(before).hexdigest()
    change(sealed.path, after.index(b"diterima utuh"))
    verdict = verify(sealed.path)
    assert [one.fits for one in verdict.signatures] == [True, False, False]
    assert verdict.kind is Kind.ALTERED


def test_1000_single_bits_anywhere_are_all_found(sealed: Export) -> None:
    """In file, manifest or signature: a third of the flips each, in memory, so that it takes seconds."""
    chosen = random.Random(20261126)
    files = [sealed.path, sealed.manifest, sealed.signature]
    missed = []
    for number in range(1_000):
        path = files[number % 3]
        offset, bit = chosen.randrange(path.stat().st_size), chosen.randrange(8)
        change(path, offset, bit)
        if verify(sealed.path).status == 0:
            missed.append((path.name, offset, bit))
        change(path, offset, bit)
    assert missed == []
    assert verify(sealed.path).kind is Kind.AUTHENTIC


def test_a_bit_anywhere_is_found_without_the_manifest(sealed: Export) -> None:
    chosen = random.Random(7)
    size = sealed.path.stat().st_size
    tail = [size - chosen.randrange(2_500) - 1 for _ in range(150)]
    for offset in [*tail, *(chosen.randrange(size) for _ in range(50))]:
        change(sealed.path, offset, 3)
        assert verify(sealed.path, Beside()).status != 0
        change(sealed.path, offset, 3)


def _nested(depth: int) -> bytes:
    data = b""
    for _ in range(depth):
        data = box(b"meta", bytes(4), data)
    return data


MALFORMED: dict[str, Callable[[], bytes]] = {
    "nothing": lambda: b"",
    "zeros": lambda: bytes(4_096),
    "text": lambda: b"this is no film at all, sorry",
    "size zero": lambda: box(b"ftyp", b"isom") + struct.pack(">I4s", 0, b"mdat") + b"x" * 40,
    "size seven": lambda: box(b"ftyp", b"isom") + struct.pack(">I4s", 7, b"moov") + b"x" * 40,
    "huge size": lambda: box(b"ftyp", b"isom") + struct.pack(">I4sQ", 1, b"mdat", 1 << 63) + b"x" * 40,
    "wide size of nothing": lambda: box(b"ftyp", b"isom") + struct.pack(">I4sQ", 1, b"mdat", 3) + b"x" * 40,
    "nested": lambda: box(b"ftyp", b"isom") + _nested(5_000),
    "empty seal": lambda: box(b"ftyp", b"isom") + box(b"meta", bytes(4), box(b"suep"), box(b"ipro")),
    "seal of one byte": lambda: box(b"ftyp", b"isom") + box(b"meta", b"suep"),
    "texts without an end": lambda: box(b"ftyp", b"isom") + box(b"meta", bytes(4), box(b"suep", b"x" * 99)),
    "many tracks": lambda: (
        box(b"ftyp", b"isom")
        + box(b"meta", bytes(4), box(b"suep", bytes(4), b"\0\0\0", bytes(8), b"\0", b"\xff\xff\xff\xff"))
    ),
    "boxes too large for theirs": lambda: (
        box(b"ftyp", b"isom") + box(b"meta", bytes(4), b"\0\0\xff\xffsuep" + bytes(20))
    ),
    "many boxes": lambda: box(b"ftyp", b"isom") + box(b"free") * 5_000,
}


@pytest.mark.parametrize("kind", MALFORMED)
def test_malformed_boxes_get_a_clear_answer(kind: str, tmp_path: Path, sealed: Export) -> None:
    path = tmp_path / "junk.mp4"
    path.write_bytes(MALFORMED[kind]())
    alone = verify(path, Beside())
    assert alone.kind in (Kind.UNREADABLE, Kind.NOT_SIGNED)
    assert all("\n" not in line for language in LANGUAGES for line in lines(alone, language))
    assert verify(path, find(sealed.path)).status != 0


def test_ten_gigabytes_of_nothing_are_answered_at_once(tmp_path: Path) -> None:
    path = tmp_path / "sparse.mp4"
    with path.open("wb") as file:
        file.write(box(b"ftyp", b"isom") + struct.pack(">I4sQ", 1, b"mdat", 10 << 30))
        os.ftruncate(file.fileno(), 12 + (10 << 30))
    assert verify(path, Beside()).kind is Kind.NOT_SIGNED
    path.write_bytes(b"")
    with path.open("wb") as file:
        os.ftruncate(file.fileno(), 10 << 30)
    assert verify(path, Beside()).kind is Kind.UNREADABLE


@pytest.mark.parametrize("what", ["manifest", "signature", "certificates", "time_stamp"])
@pytest.mark.parametrize(
    "junk", [b"", b"\0" * 384, b"{}", b"[" * 100_000, b"-----BEGIN CERTIFICATE-----\nAAAA\n", b"\xff\xfe"]
)
def test_junk_beside_a_file_is_no_way_to_a_good_verdict(sealed: Export, what: str, junk: bytes) -> None:
    verdict = verify(sealed.path, replace(find(sealed.path), **{what: junk}))
    assert verdict.kind is not Kind.WITH_GAPS
    if what in ("manifest", "signature", "time_stamp"):
        assert verdict.kind is Kind.ALTERED


def test_every_finding_has_words_in_both_languages(sealed: Export) -> None:
    source = Path(verify.__code__.co_filename).parent
    text = " ".join(path.read_text() for path in source.glob("*.py"))
    for code in words()["findings"]:
        assert f'"{code}"' in text
    for kind in Kind:
        for language in LANGUAGES:
            assert headline(replace(verify(sealed.path), kind=kind), language)


@requires_tool("ffmpeg")
def test_players_play_what_is_sealed(sealed: Export) -> None:
    sign_again(sealed.path, authority().signer(), "catatan")
    shown = subprocess.run(
        [
            "ffprobe",
            "-v",
            "error",
            "-count_frames",
            "-show_entries",
            "stream=nb_read_frames",
            "-of",
            "csv=p=0",
            sealed.path,
        ],
        capture_output=True,
        text=True,
        check=True,
    )
    assert (shown.stdout.strip(), shown.stderr) == ("150", "")
    played = subprocess.run(
        ["ffmpeg", "-v", "error", "-i", sealed.path, "-f", "null", "-"], capture_output=True, text=True, check=True
    )
    assert played.stderr == ""


def test_what_a_file_says_cannot_play_tricks_on_a_terminal(sealed: Export) -> None:
    sign_again(sealed.path, authority().signer(), "\x1b[2J\u202eterbalik\nASLI")
    told = " ".join(lines(verify(sealed.path), "id"))
    assert "terbalik ASLI" in told
    assert told.isprintable()


def test_the_outline_says_what_was_written(sealed: Export) -> None:
    with sealed.path.open("rb") as file:
        outline = read_meta(file)
    assert outline is not None
    assert (outline.unit.operator, outline.sources[0].line, outline.start_utc_90k) == ("Siti, operator", "1", START_90K)
