"""The contact sheet of an export: pictures over all that is delivered, none of them over the bus."""

from pathlib import Path
from zoneinfo import ZoneInfo

from tests.archive.footage import new_run, one_volume, record, settled
from tests.node.ordered.test_exports import copied, order, sealed, signer

from ronda.archive import Archive
from ronda.base.pools import Pool
from ronda.base.time import HZ_90K, SystemClock
from ronda.bus.contract import Span
from ronda.bus.evidence import MakeExport
from ronda.evidence.seal.signing import KeySigner
from ronda.node.ordered.contact_sheets import ENDING, FEWEST, MOST, moments, sheet_of
from ronda.node.ordered.copying import Tools
from ronda.node.ordered.exporting import Unsigned, make_export
from ronda.node.ordered.exports import Exports

S = HZ_90K
WIB = ZoneInfo("Asia/Jakarta")
__all__ = ["signer"]


def test_the_pictures_lie_evenly_over_what_is_delivered_and_in_no_gap() -> None:
    spans = (Span(from_90k=0, to_90k=60 * S), Span(from_90k=600 * S, to_90k=720 * S))
    found = moments(spans)
    assert len(found) == MOST
    assert all(any(span.from_90k <= at < span.to_90k for span in spans) for at in found)
    assert sum(at < 60 * S for at in found) == 4
    assert len(moments((Span(from_90k=0, to_90k=8 * S),))) == FEWEST
    assert moments(()) == []


async def test_a_sheet_lies_beside_the_sealed_file(tmp_path: Path, signer: KeySigner) -> None:
    codec = Pool("codec", 1, 8)
    async with Archive(one_volume(tmp_path, segment_90k=4 * S), SystemClock()) as archive:
        recorder = archive.recorder("gate", "main")
        record(recorder, new_run(), 12)
        recorder.close()
        await settled(archive)
        tools = Tools(archive, codec, lambda _: "main")

        gone = ""

        async def beside(asked: MakeExport, unsigned: Unsigned) -> dict[str, bytes]:
            asked = asked.model_copy(update={"camera": gone or asked.camera})
            return {ENDING: await sheet_of(tools, WIB, asked, unsigned.made)}

        async def make(asked: MakeExport, folder: Path, progress: object) -> Unsigned:
            return await make_export(archive, "main", asked, folder, lambda _: None)

        async with (exports := Exports(tmp_path / "exports", make, archive.pool, SystemClock(), beside)).running():
            asked = order(signer)
            standing = await sealed(exports, signer, asked)
            assert standing.files == ("gate_malam.mp4", "gate_malam.manifest.json", "gate_malam.stills.pdf")
            kept = exports.kept(asked.id)
            sheet = exports.path(kept, "gate_malam.stills.pdf").read_bytes()
            assert sheet.startswith(b"%PDF")
            assert b"/Subtype /Image" in sheet, "the looped film has the same pictures again: each is in the paper once"
            # What is not there any more costs the export nothing but its sheet.
            lost = order(signer, 1)
            gone = "gone"
            exports.order(lost)
            assert (await copied(exports, lost.id)).state.value == "to-sign"
    codec.close()
