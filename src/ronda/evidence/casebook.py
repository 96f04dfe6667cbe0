"""What sealed exports have to do with cases: the berita acara beside each, and their row in the chain of custody."""

from datetime import tzinfo
from hashlib import sha256

from ronda.base.errors import Conflict, NotFound
from ronda.base.pools import Pool
from ronda.base.time import Clock
from ronda.evidence.cases.case import What
from ronda.evidence.cases.cases import Cases, Known
from ronda.evidence.export import Export
from ronda.evidence.report.document import PaperFile, Papers, Sealed
from ronda.evidence.report.minutes import minutes
from ronda.evidence.seal import manifest as said


class Casebook:
    """See the module.

    Args:
        cases: The cases.
        city: Whose papers they are.
        zone: In which their times are.
        clock: Where time comes from.
        pool: Where papers are written: tenths of a second each.
    """

    def __init__(self, cases: Cases, city: str, zone: tzinfo, clock: Clock, pool: Pool) -> None:
        self._cases = cases
        self._city = city
        self._zone = zone
        self._clock = clock
        self._pool = pool

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

    async def _case(self, number: str) -> Known | None:
        try:
            return await self._cases.get(number)
        except NotFound:
            return None
