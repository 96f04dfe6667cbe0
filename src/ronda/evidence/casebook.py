"""What sealed exports have to do with cases: the berita acara beside each, and their row in the chain of custody."""

from dataclasses import replace
from datetime import tzinfo
from hashlib import sha256

from ronda.base.errors import Conflict, NotFound
from ronda.base.pools import Pool
from ronda.base.time import Clock, format_rfc3339
from ronda.evidence.cases.case import SYSTEM, What
from ronda.evidence.cases.cases import Cases, Known
from ronda.evidence.export import Export, SealState
from ronda.evidence.report.document import PaperFile, Papers, Sealed
from ronda.evidence.report.minutes import minutes
from ronda.evidence.seal import manifest as said
from ronda.people.access_log import AccessLog, Look


class Casebook:
    """See the module.

    Args:
        cases: The cases.
        city: Whose papers they are.
        zone: In which their times are.
        clock: Where time comes from.
        pool: Where papers are written: tenths of a second each.
        log: The access log.
    """

    def __init__(self, cases: Cases, city: str, zone: tzinfo, clock: Clock, pool: Pool, log: AccessLog) -> None:
        self._cases = cases
        self._city = city
        self._zone = zone
        self._clock = clock
        self._pool = pool
        self._log = log

    async def report(self, export: Export, manifest: said.Manifest) -> bytes:
        """Return the berita acara of an export as PDF; an export may name a case that is in no system.

        Raises:
            Busy: Very many papers wait to be written.
        """
        known = await self._case(export.case)
        data = said.write(manifest)
        name = manifest.file.name
        beside = PaperFile(name.removesuffix(".mp4") + ".manifest.json", len(data), sha256(data).hexdigest())
        papers = Papers(
            city=self._city,
            made_90k=self._clock.utc_90k(),
            zone=self._zone,
            number=export.case,
            exports=(Sealed(manifest, (PaperFile(name, manifest.file.size, manifest.file.sha256), beside)),),
            case=None if known is None else known.case,
            custody=() if known is None else known.custody,
            code=f"{export.case} {name} SHA256 {manifest.file.sha256}".strip(),
            names={} if known is None else {known.case.by: known.case.name},
        )
        return await self._pool.run(lambda: minutes(papers))

    async def sealed(self, export: Export) -> None:
        """Write into its case's chain of custody that an export is whole."""
        try:
            await self._cases.add_custody(
                export.case, export.by, What.EXPORTED, subject=f"{export.name}.mp4", sha256=export.sha256
            )
        except (NotFound, Conflict):
            return  # the number is of a case elsewhere

    async def deleted(self, export: Export) -> None:
        """Write down that the files of an export are gone, and by which rule: in the access log, and in its case."""
        rule = _rule(export)
        look = Look(export.ended_by or SYSTEM, "export-deleted", export.camera, rule, "this-machine")
        self._log.start(replace(look, subject=export.id, from_90k=export.from_90k, to_90k=export.to_90k))
        try:
            await self._cases.add_custody(
                export.case,
                export.ended_by or SYSTEM,
                What.DELETED,
                subject=f"{export.name}.mp4",
                sha256=export.sha256,
                note=rule,
            )
        except (NotFound, Conflict):
            return  # the number is of a case elsewhere

    async def _case(self, number: str) -> Known | None:
        try:
            return await self._cases.get(number)
        except NotFound:
            return None


def _rule(export: Export) -> str:
    """Return by which rule the files were deleted, as the papers say it."""
    if export.state is SealState.REMOVED:
        return f"dihapus {export.problem or 'oleh petugas'}; manifes disimpan"
    if export.state is SealState.EXPIRED:
        return f"masa simpan berkas berakhir {format_rfc3339(export.until_90k)}; manifes disimpan"
    return "tidak jadi dibuat"
