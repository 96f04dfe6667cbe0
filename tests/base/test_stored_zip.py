"""A ZIP of stored files, read by others' readers, in any ranges, and past 4 GiB."""

import io
import subprocess
import zipfile
import zlib
from datetime import datetime
from pathlib import Path

import pytest

from ronda.base.stored_zip import Entry, StoredZip

AT = datetime(2026, 11, 21, 19, 30, 12)  # noqa: DTZ001 - a ZIP knows no zone
FILES = {"FILE.mp4": bytes(range(256)) * 500, "kosong.txt": b"", "FILE.manifest.json": b"{}"}


def layout() -> StoredZip:
    return StoredZip([Entry(name, len(data), zlib.crc32(data), AT) for name, data in FILES.items()])


def read(layout: StoredZip, offset: int, size: int) -> bytes:
    found = b""
    while len(found) < size:
        piece = layout.piece(offset + len(found), size - len(found))
        data = list(FILES.values())[piece.entry] if piece.entry >= 0 else b""
        found += data[piece.offset : piece.offset + piece.size] if piece.entry >= 0 else piece.data
        assert piece.size
    return found


def test_others_read_it(tmp_path: Path) -> None:
    zipped = layout()
    whole = read(zipped, 0, zipped.size)
    with zipfile.ZipFile(io.BytesIO(whole)) as opened:
        assert opened.testzip() is None
        assert {name: opened.read(name) for name in opened.namelist()} == FILES
        assert opened.infolist()[0].date_time == AT.timetuple()[:6]
    path = tmp_path / "all.zip"
    path.write_bytes(whole)
    listed = subprocess.run(["python3", "-m", "zipfile", "-t", path], check=True, capture_output=True, text=True)
    assert "Done testing" in listed.stdout


@pytest.mark.parametrize("step", [1_000, 7_777, 65_536])
def test_any_range_is_that_of_the_whole(step: int) -> None:
    zipped = layout()
    whole = read(zipped, 0, zipped.size)
    for offset in range(0, zipped.size, step):
        assert read(zipped, offset, min(step, zipped.size - offset)) == whole[offset : offset + step]


def test_past_4_gib() -> None:
    size = 5 << 30
    zipped = StoredZip([Entry("a.mp4", size, 1, AT), Entry("b.txt", 3, zlib.crc32(b"abc"), AT)])

    class Sparse(io.RawIOBase):
        at = 0

        def seekable(self) -> bool:
            return True

        def seek(self, offset: int, whence: int = 0) -> int:
            self.at = offset + (0, self.at, zipped.size)[whence]
            return self.at

        def tell(self) -> int:
            return self.at

        def read(self, wanted: int = -1) -> bytes:
            wanted = zipped.size - self.at if wanted < 0 else min(wanted, zipped.size - self.at)
            found = b""
            while len(found) < wanted:
                piece = zipped.piece(self.at + len(found), wanted - len(found))
                found += (
                    (b"abc"[piece.offset :][: piece.size] if piece.entry == 1 else bytes(piece.size))
                    if (piece.entry >= 0)
                    else piece.data
                )
            self.at += wanted
            return found

    with zipfile.ZipFile(Sparse()) as opened:
        assert [(one.filename, one.file_size) for one in opened.infolist()] == [("a.mp4", size), ("b.txt", 3)]
        assert opened.read("b.txt") == b"abc"
