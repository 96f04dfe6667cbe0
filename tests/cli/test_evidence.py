"""`ronda evidence`: from recorded footage to files that hold by openssl alone, without a server."""

import asyncio
import hashlib
import json
import subprocess
import zipfile
from pathlib import Path

import httpx
import pytest
from tests.archive.footage import START_90K, files_of, new_run, record
from tests.cli.conftest import Ronda

from ronda.archive import Archive, VolumeSettings
from ronda.base.time import HZ_90K, SystemClock, format_rfc3339
from ronda.cli.composition import composed
from ronda.cli.in_process import InProcess
from ronda.cli.offline import application
from ronda.config.load import load
from ronda.evidence.deletions.deletion import NewDeletion
from ronda.evidence.seal.manifest import read

S = HZ_90K
ADD = ("camera", "add", "gate", "--url", "rtsp://warga:rahasia@127.0.0.1:1/live", "--name", "Gerbang", "--days", "3000")
ENDINGS = (".mp4", ".manifest.json", ".sig", ".pem", ".pdf", ".stills.pdf")


def span(from_s: float, to_s: float) -> tuple[str, ...]:
    moments = (START_90K + round(from_s * S), START_90K + round(to_s * S))
    return ("--camera", "gate", "--from", format_rfc3339(moments[0]), "--to", format_rfc3339(moments[1]))


@pytest.fixture
def footage(ronda: Ronda, data: Path) -> Path:
    """Twelve seconds, a gap of forty, and eight more."""
    assert ronda(*ADD).status == 0
    (folder,) = load(data, {}).archive.volumes

    async def recorded() -> None:
        async with Archive([VolumeSettings(folder, segment_90k=4 * S)], SystemClock()) as archive:
            recorder = archive.recorder("gate", "main")
            record(recorder, new_run(), 12)
            record(recorder, new_run(start_90k=START_90K + 52 * S), 8)
            recorder.close()
            await archive.settled()

    asyncio.run(recorded())
    return folder


def test_a_sealed_export_holds_by_openssl_alone(ronda: Ronda, footage: Path, tmp_path: Path) -> None:
    output = tmp_path / "malam.mp4"
    ended = ronda(
        "evidence", "export", *span(0, 60), "--case", "LP/7/XI/2026", "--purpose", "curanmor", "-o", str(output)
    )
    assert ended.status == 0, ended.err
    assert "missing: " in ended.out
    assert "WARNING" not in ended.out
    files = {ending: output.with_name(f"malam{ending}") for ending in ENDINGS}
    assert all(file.stat().st_size for file in files.values())
    manifest = read(files[".manifest.json"].read_bytes())
    assert manifest.case is not None
    assert (manifest.case.number, manifest.case.purpose) == ("LP/7/XI/2026", "curanmor")
    assert manifest.file.sha256 == hashlib.sha256(output.read_bytes()).hexdigest()
    assert [gap.cause for gap in manifest.gaps] == ["unknown"]
    assert len(manifest.delivered) == 2
    assert all(one.kept_sha256 == one.sha256 for one in manifest.segments)
    assert "rahasia" not in files[".manifest.json"].read_text()
    assert b"rahasia" not in output.read_bytes()
    assert manifest.access_log is not None
    assert manifest.access_log.size > 0
    whole = output.read_bytes()
    for part in manifest.parts:
        assert hashlib.sha256(whole[part.offset : part.offset + part.size]).hexdigest() == part.sha256
    at, size = manifest.seal.signature_offset, manifest.seal.signature_bytes
    (tmp_path / "unsigned").write_bytes(whole[:at] + bytes(size) + whole[at + size :])
    (tmp_path / "signature").write_bytes(whole[at : at + size])
    public = subprocess.run(
        ["openssl", "x509", "-in", files[".pem"], "-pubkey", "-noout"], capture_output=True, check=True
    )
    (tmp_path / "public.pem").write_bytes(public.stdout)
    for signature, signed in (
        (tmp_path / "signature", tmp_path / "unsigned"),
        (files[".sig"], files[".manifest.json"]),
    ):
        command = ["openssl", "dgst", "-sha256", "-sigopt", "rsa_padding_mode:pss", "-sigopt", "rsa_pss_saltlen:20"]
        command += ["-sigopt", "rsa_mgf1_md:sha256", "-verify", str(tmp_path / "public.pem")]
        verified = subprocess.run(
            [*command, "-signature", signature, signed], capture_output=True, text=True, check=False
        )
        assert "Verified OK" in verified.stdout, verified.stderr
    stranger = ronda("verify", str(output))
    assert (stranger.status, "GAPS" in stranger.out.upper()) == (0, True), stranger.out
    output.write_bytes(whole[:-1] + bytes([whole[-1] ^ 1]))
    assert ronda("verify", str(output)).status == 1


def test_what_cannot_be_sealed_says_why_and_leaves_nothing(ronda: Ronda, footage: Path, tmp_path: Path) -> None:
    output = tmp_path / "malam.mp4"
    refused = {
        ("evidence", "export", *span(20, 50)): "nothing of 'gate' is recorded then",
        ("evidence", "export", *span(0, 7 * 3600)): "cannot be made",
        ("evidence", "export", "--camera", "gone", *span(0, 10)[2:]): "there was never a camera",
        ("evidence", "export", "--camera", "gate", "--from", "2126-01-01T00:00:00Z", "--to", "2126-01-01T00:01:00Z"): (
            "is not over yet"
        ),
    }
    for arguments, problem in refused.items():
        ended = ronda(*arguments, "-o", str(output))
        assert (ended.status, problem in ended.err) == (2, True), ended.err
    ended = ronda("evidence", "export", *span(0, 10), "-o", str(tmp_path / "malam.avi"))
    assert (ended.status, "does not end in .mp4" in ended.err) == (2, True)
    assert not list(tmp_path.glob("malam*"))


def test_a_byte_changed_on_the_disk_is_sealed_as_it_is_and_told_loudly(
    ronda: Ronda, footage: Path, tmp_path: Path
) -> None:
    file = files_of(footage)[1]
    content = bytearray(file.read_bytes())
    content[len(content) // 2] ^= 1
    file.write_bytes(content)
    ended = ronda("evidence", "export", *span(0, 10), "-o", str(tmp_path / "malam.mp4"))
    assert ended.status == 0, ended.err
    assert "WARNING: 1 files of the archive are not what was recorded" in ended.out
    manifest = read((tmp_path / "malam.manifest.json").read_bytes())
    (altered,) = [one for one in manifest.segments if one.sha256 != one.kept_sha256]
    assert file.name in altered.file
    checked = ronda("archive", "check", "--seal")
    assert (checked.status, "content" in checked.out, file.name in checked.out) == (1, True, True)


def test_exports_are_listed_and_removed_and_footage_is_held(
    ronda: Ronda, footage: Path, data: Path, tmp_path: Path
) -> None:
    assert ronda("evidence", "export", *span(0, 10), "--case", "LP/8", "-o", str(tmp_path / "a.mp4")).status == 0
    (one,) = json.loads(ronda("evidence", "list", "--case", "LP/8", "--json").out)
    assert (one["state"], len(one["files"])) == ("ready", len(ENDINGS))
    (folder,) = (data / "exports").iterdir()
    assert folder.name == one["id"]

    async def zipped() -> bytes:
        async with application(load(data, {})) as app:
            async with httpx.AsyncClient(transport=InProcess(app), base_url="http://ronda") as client:
                answer = await client.get(one["archive"])
                assert answer.status_code == 200
                part = await client.get(one["archive"], headers={"Range": "bytes=10-19"})
                assert (part.status_code, part.content) == (206, answer.content[10:20])
                assert (await client.get(one["files"][0]["url"] + "x")).status_code == 404
                looks = (await client.get("/api/v1/accesslog?camera=gate")).json()["entries"]
                fetched = [look for look in looks if look["action"] == "export" and look.get("subject") == one["id"]]
                assert len(fetched) >= 2, "each fetch is an entry"
                return answer.content

    (tmp_path / "all.zip").write_bytes(asyncio.run(zipped()))
    with zipfile.ZipFile(tmp_path / "all.zip") as opened:
        assert opened.testzip() is None
        assert opened.read(one["files"][0]["name"]) == (tmp_path / "a.mp4").read_bytes()
    assert ronda("evidence", "remove", one["id"]).status == 0
    assert not list((data / "exports").iterdir())
    assert ronda("evidence", "remove", one["id"]).status == 2
    (removed,) = json.loads(ronda("evidence", "list", "--json").out)
    assert (removed["state"], removed["files"], removed["sha256"]) == ("removed", [], one["sha256"])
    held = ronda("evidence", "hold", *span(0, 10), "--reason", "curanmor", "--case", "LP/8")
    assert held.out.strip() in ronda("hold", "list").out


def test_what_a_court_had_deleted_is_gone_and_proven(ronda: Ronda, footage: Path, data: Path, tmp_path: Path) -> None:
    order = ("evidence", "delete", "order", *span(0, 55), "--order", "12/Pen.Pid/2026", "--why", "kamar ganti")
    assert ronda("evidence", "export", *span(0, 10), "-o", str(tmp_path / "a.mp4")).status == 0
    own = ronda(*order).out.strip()
    refused = ronda("evidence", "delete", "approve", own)
    assert (refused.status, "another person" in refused.err) == (2, True), refused.err
    assert ronda("evidence", "delete", "refuse", own, "--note", "salah ketik").status == 0

    async def brought() -> str:
        async with composed(load(data, {}), pulls=False) as composition:
            begin = START_90K
            new = NewDeletion("gate", begin, begin + 55 * S, "12/Pen.Pid/2026", "kamar ganti")
            return (await composition.parts.deletions.bring(new, "penyidik")).id

    before = {str(file.relative_to(footage)) for file in files_of(footage)}
    id = asyncio.run(brought())
    done = ronda("evidence", "delete", "approve", id, "--note", "dicocokkan")
    assert (done.status, "order 12/Pen.Pid/2026: done" in done.out) == (0, True), done.err
    told = json.loads(ronda("evidence", "delete", "show", id, "--json").out)
    gone = {one["file"] for one in told["deleted"]}
    left = {str(file.relative_to(footage)) for file in files_of(footage)}
    assert gone == before - left
    assert len(gone) >= 3
    assert {one["file"] for one in told["kept"]} <= left
    assert len(told["ended"]) == 1, "the sealed export of it"
    assert not list((data / "exports").iterdir())
    assert "stays (edge)" in ronda("evidence", "delete", "show", id).out
    assert [one["state"] for one in json.loads(ronda("evidence", "delete", "list", "--json").out)] == [
        "done",
        "refused",
    ]
    checked = ronda("archive", "check", "--seal")
    assert checked.status == 0, checked.out
    sealed = ronda("evidence", "export", *span(0, 60), "-o", str(tmp_path / "b.mp4"))
    assert sealed.status == 0, sealed.err
    assert "(deleted-by-order)" in sealed.out
