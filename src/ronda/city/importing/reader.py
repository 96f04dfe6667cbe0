"""The process that reads a file and compares it with the register; `ronda.city.importing.apart` starts it and listens.

    python -m ronda.city.importing.reader

Standard input: a `Task`, the register in parts, None. Standard output: how far it is, then the plan in parts, or why
there is none; see `ronda.city.importing.messages`. It ends with its input or its output.
"""

import gc
import os
import sys
from collections.abc import Callable
from dataclasses import fields
from typing import Any, BinaryIO, Final

from ronda.base.errors import RondaError
from ronda.city.importing.areas import plan_areas
from ronda.city.importing.cameras import plan_cameras
from ronda.city.importing.known import Known
from ronda.city.importing.messages import Lines, Part, Problem, Task, hear, plan_parts, tell
from ronda.city.importing.plan import Plan

_NICE: Final = 5
"""Cameras are recorded first, where there are too few cores."""


def main(source: BinaryIO, sink: BinaryIO) -> None:
    """Do one task."""

    def say(what: object) -> None:
        tell(sink, what)
        sink.flush()

    task: Task = hear(source)
    known = _register(source, task.node)
    try:
        plan = _planned(task, known, lambda lines: say(Lines(lines)))
    except RondaError as error:
        say(Problem(type(error), error.message, error.mend))
        return
    for part in plan_parts(plan):
        say(part)


def _register(source: BinaryIO, node: str) -> Known:
    found: dict[str, dict[str, Any]] = {one.name: {} for one in fields(Known) if one.name != "node"}
    while isinstance(part := hear(source), Part):
        found[part.kind].update((one.id, one) for one in part.things)
    return Known(**found, node=node)


def _planned(task: Task, known: Known, progress: Callable[[int], None]) -> Plan:
    if task.areas:
        return plan_areas(task.path, known, task.rights, progress)
    return plan_cameras(task.path, known, task.rights, task.now_90k, progress)


if __name__ == "__main__":
    gc.disable()  # it makes much that stays, and ends soon
    os.nice(_NICE)
    try:
        main(sys.stdin.buffer, sys.stdout.buffer)
    except (BrokenPipeError, EOFError):  # whoever asked is gone
        os._exit(1)
