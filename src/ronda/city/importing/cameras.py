"""The import of cameras: a file in, a plan out. Blocking; runs in a thread."""

from collections.abc import Callable
from pathlib import Path
from typing import Final

from ronda.city.importing.columns import is_known
from ronda.city.importing.drafts import Drafting, understand
from ronda.city.importing.findings import Findings
from ronda.city.importing.known import Known, Rights
from ronda.city.importing.plan import Plan, Planning
from ronda.city.importing.reading import open_table

_STEP: Final = 250
Progress = Callable[[int], None]
"""Called with the number of lines read so far."""


def plan_cameras(path: Path, known: Known, rights: Rights, now_90k: int, progress: Progress = lambda _: None) -> Plan:
    """Return what the import of a file would do.

    Args:
        path: The file.
        known: The register as it is.
        rights: What whoever imports may change.
        now_90k: The time, `utc_90k`.
        progress: Called now and then.

    Raises:
        BadInput: The file as a whole cannot be read.
    """
    table = open_table(path, is_known)
    reading = understand(table)
    planning = Planning(known, rights, now_90k, reading.headings)
    plan = planning.plan
    drafting = Drafting(table, reading, plan.refused, plan.told)
    for number, draft in enumerate(drafting.drafts()):
        planning.take(draft)
        if number % _STEP == 0:
            progress(drafting.lines)
    planning.finish()
    plan.lines, plan.stopped = drafting.lines, drafting.stopped
    plan.refused = _merged(plan.refused, table.broken)
    plan.told = _merged(plan.told, table.told)
    plan.lines += table.broken.count
    progress(plan.lines)
    return plan


def _merged(one: Findings, other: Findings) -> Findings:
    kept = sorted([*one.kept, *other.kept], key=lambda finding: finding.line)
    return Findings(kept, one.count + other.count)
