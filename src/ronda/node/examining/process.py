"""The process that examines: started for one order, listened to, ended with it.

Owns its child. What it prints is read a line at a time and bounded; its words on stderr become the problem.
"""

import asyncio
import contextlib
import json
import os
import sys
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from ronda.base.errors import Conflict, RondaError, StorageFailed
from ronda.base.logging import get_logger

_log = get_logger("node.examining")
_LINE: Final = 64 << 10
_MOST_WORDS: Final = 4_000
_STOP_S: Final = 3.0
_WORDS_S: Final = 5.0


@dataclass(frozen=True, slots=True)
class Examiner:
    """How examinations run.

    Attributes:
        command: What starts one.
        nice: How much less urgent it is than everything else.
        silent_s: One that tells of no progress for so long is ended.
        longest_s: One that takes so long is ended.
    """

    command: tuple[str, ...] = (sys.executable, "-m", "ronda.vision.examining")
    nice: int = 12
    silent_s: float = 600.0
    longest_s: float = 4 * 3600.0

    async def run(self, order: dict[str, Any], progress: Callable[[float], None]) -> dict[str, Any]:
        """Let a process do an order, and return its last words; given up by cancelling, it is ended.

        Raises:
            StorageFailed: It cannot be started.
            Conflict: It failed, and says why, or was ended because nothing came of it.
        """
        pipe = asyncio.subprocess.PIPE
        try:
            process = await asyncio.create_subprocess_exec(
                *self.command, stdin=pipe, stdout=pipe, stderr=pipe, limit=_LINE
            )
        except OSError as error:
            raise StorageFailed("the examination cannot be started", "look at the node's installation") from error
        words = asyncio.create_task(_words(process.stderr), name="words of an examination")
        try:
            _less_urgent(process.pid, self.nice)
            async with asyncio.timeout(self.longest_s):
                await _tell(process.stdin, order)
                last = await self._listen(process.stdout, progress)
                await process.wait()
        except TimeoutError:
            raise Conflict("the examination took too long", "ask for fewer minutes at once") from None
        finally:
            await asyncio.shield(_end(process))
            said = await asyncio.shield(_last_words(words))
        if process.returncode or "found" not in last:
            raise _failed(process.returncode, said)
        return last

    async def _listen(self, told: asyncio.StreamReader | None, progress: Callable[[float], None]) -> dict[str, Any]:
        """Follow what it prints to its end; return the last of it."""
        last: dict[str, Any] = {}
        while told is not None:
            try:
                async with asyncio.timeout(self.silent_s):
                    line = await told.readline()
            except ValueError:  # a line without an end
                raise Conflict("the examination says nothing that can be read", "look at the node's log") from None
            if not line:
                break
            said = _said(line)
            if isinstance(done := said.get("done"), int | float):
                progress(max(0.0, min(1.0, float(done))))
            last = said or last
        return last


async def _tell(stdin: asyncio.StreamWriter | None, order: dict[str, Any]) -> None:
    if stdin is None:
        return
    with contextlib.suppress(OSError):  # it has ended already: its words say why
        stdin.write(json.dumps(order).encode())
        await stdin.drain()
        stdin.close()


async def _words(stderr: asyncio.StreamReader | None) -> str:
    """Return the last of what it writes on stderr; more than that is read and forgotten."""
    kept = b""
    while stderr is not None and (data := await stderr.read(_MOST_WORDS)):
        kept = (kept + data)[-_MOST_WORDS:]
    return kept.decode(errors="replace")


async def _last_words(words: "asyncio.Task[str]") -> str:
    """Return them, and wait no longer than a while: a child of the child may hold the pipe open."""
    done, _ = await asyncio.wait([words], timeout=_WORDS_S)
    if not done:
        words.cancel()
        return ""
    return words.result()


async def _end(process: asyncio.subprocess.Process) -> None:
    """Ask it to end, and insist after a while."""
    if process.returncode is not None:
        return
    with contextlib.suppress(ProcessLookupError):
        process.terminate()
    try:
        async with asyncio.timeout(_STOP_S):
            await process.wait()
    except TimeoutError:
        with contextlib.suppress(ProcessLookupError):
            process.kill()
        await process.wait()


def _less_urgent(pid: int, nice: int) -> None:
    with contextlib.suppress(OSError):  # it has ended already, or is as patient as that anyway
        os.setpriority(os.PRIO_PROCESS, pid, nice)


def _said(line: bytes) -> dict[str, Any]:
    try:
        said = json.loads(line)
    except ValueError:
        return {}
    return said if isinstance(said, dict) else {}


def _failed(status: int | None, said: str) -> RondaError:
    lines = [line.strip() for line in said.splitlines() if line.strip()]
    _log.warning("an examination has failed", status=status, said=said[-_MOST_WORDS:])
    if status == 1 and lines:
        return Conflict(lines[-1][:500])
    return Conflict("the examination ended without an answer", "try again; if it happens again, look at the log")
