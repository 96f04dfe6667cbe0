"""Ends what else there is of pictures whose footage a court has deleted.

Sealed exports, masked copies, what examinations found, pictures on boards.
"""

import structlog

from ronda.base.errors import RondaError
from ronda.evidence.deletions.deletion import Deletion
from ronda.evidence.deletions.deletions import End
from ronda.evidence.examinations.examinations import Examinations
from ronda.evidence.exports import Exports
from ronda.evidence.traces.traces import Traces
from ronda.privacy.copies import MaskedCopies

_log = structlog.get_logger(__name__)


def ending(exports: Exports, copies: MaskedCopies, examinations: Examinations, traces: Traces) -> End:
    """Return what ends whatever shows any of a stretch; an export takes its shares with it."""

    async def end(one: Deletion) -> tuple[str, ...]:
        by, ended = one.decided_by or one.by, list[str]()
        for export in list((await exports.open()).values()):
            if _touches(one, export.camera, export.from_90k, export.to_90k):
                try:
                    await exports.remove(export, by, f"atas perintah pengadilan {one.number}")
                except RondaError as error:
                    _log.warning("deletion: an export does not end", export=export.id, problem=error.message)
                    continue
                ended.append(export.id)
        for copy in list((await copies.open()).values()):
            if _touches(one, copy.camera, copy.from_90k, copy.to_90k):
                try:
                    await copies.revoke(copy, by)
                except RondaError as error:
                    _log.warning("deletion: a masked copy does not end", copy=copy.id, problem=error.message)
        why = f"atas perintah pengadilan {one.number}"
        try:
            await examinations.end_of(one.camera, one.from_90k, one.to_90k, by, why)
            await traces.take_off_of(one.camera, one.from_90k, one.to_90k, by, why)
        except RondaError as error:
            _log.warning("deletion: something of a case does not end", deletion=one.id, problem=error.message)
        return tuple(ended)

    return end


def _touches(one: Deletion, camera: str, from_90k: int, to_90k: int) -> bool:
    return one.camera == camera and from_90k < one.to_90k and one.from_90k < to_90k
