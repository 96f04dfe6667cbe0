"""Reading a file in a process of its own: it takes a second or two of computing, which would hold the interpreter.

Measured with 14,000 cameras (`bench.importing`): in a thread the loop was held for up to 0.9 s on a machine with other
work, however small the bites, as a thread that has the interpreter and waits for a core lets nobody else have it.
"""

import contextlib
import pickle
import subprocess
import sys
from collections.abc import Callable
from typing import IO, Any, Final

from ronda.base.bites import Bites
from ronda.base.errors import Busy
from ronda.city.importing.known import Known
from ronda.city.importing.messages import Lines, Part, Problem, Task, hear, joined, register_parts, tell
from ronda.city.importing.plan import Plan

_END_S: Final = 10
_COMMAND: Final = (sys.executable, "-P", "-m", "ronda.city.importing.reader")


class Apart:
    """One reading of one file.

    Attributes:
        stopped: Whether it was told to end before it had.
    """

    def __init__(self) -> None:
        self.stopped = False
        self._process: subprocess.Popen[bytes] | None = None

    def read(self, task: Task, known: Known, progress: Callable[[int], None]) -> Plan:
        """Return what the import of a file would do. Blocking, for as long as that takes; called in a thread, once.

        Raises:
            BadInput: The file as a whole cannot be read.
            Busy: `stop` was called.
            RuntimeError: The process ended without having told anything; it has said more on the error output.
        """
        process = self._process = subprocess.Popen(  # noqa: S603
            _COMMAND,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            process_group=0,  # an interrupt at the terminal is the server's; a session of its own would not be nice
        )
        try:
            if self.stopped:
                process.kill()
            if process.stdin is None or process.stdout is None:
                raise RuntimeError("the reader has no pipes")
            _ask(process.stdin, task, known)
            return _heard(process.stdout, progress)
        except (EOFError, BrokenPipeError, pickle.UnpicklingError) as error:
            if self.stopped:
                raise Busy("the server is stopping", "send the file again") from error
            raise RuntimeError(f"the reader of a file ended with {process.wait(_END_S)}") from error
        finally:
            process.kill()
            with contextlib.suppress(BrokenPipeError), process:
                pass  # its pipes are closed, and it is waited for

    def stop(self) -> None:
        """End it; from any side."""
        self.stopped = True
        if self._process is not None:
            self._process.kill()


def _ask(sink: IO[bytes], task: Task, known: Known) -> None:
    bites = Bites()
    tell(sink, task)
    for part in register_parts(known):
        tell(sink, part)
        bites.rest()
    tell(sink, None)
    sink.close()


def _heard(source: IO[bytes], progress: Callable[[int], None]) -> Plan:
    bites = Bites()
    parts: dict[str, list[Any]] = {}
    while True:
        said = hear(source)
        match said:
            case Lines(count):
                progress(count)
            case Part(kind, things):
                parts.setdefault(kind, []).extend(things)
                bites.rest()
            case Problem(kind, message, mend):
                raise kind(message, mend)
            case Plan():
                return joined(parts, said)
