"""Residents at a server: so many requests a second, each timed from when it was due, as JSON on the last line.

Run as `python -m bench.residents PORT --rate 300 --seconds 15 PATH ...`; paths are asked for in turn.
"""

import argparse
import asyncio
import json
import random
import time

import uvloop


class Line:
    """One kept-alive connection, opened anew where the server has closed it since it was last used.

    A server closes connections that are idle, and what is sent while that is on its way is lost by HTTP's nature: a
    client asks again where not a byte was answered on a connection that it used before (RFC 9112, 9.3.1).

    Attributes:
        renewed: How often that was so.
    """

    def __init__(self, port: int) -> None:
        self.renewed = 0
        self._port = port
        self._reader: asyncio.StreamReader | None = None
        self._writer: asyncio.StreamWriter | None = None

    async def get(self, path: str) -> tuple[int, int]:
        """Return status and length of the answer."""
        used = self._reader is not None
        try:
            return await self._asked(path)
        except (asyncio.IncompleteReadError, ConnectionError) as error:
            if not used or (isinstance(error, asyncio.IncompleteReadError) and error.partial):
                raise
        self.renewed += 1
        self.close()
        return await self._asked(path)

    def close(self) -> None:
        """Close it; it is opened again when it is used."""
        if self._writer is not None:
            self._writer.close()
        self._reader = self._writer = None

    async def _asked(self, path: str) -> tuple[int, int]:
        if self._reader is None or self._writer is None:
            self._reader, self._writer = await asyncio.open_connection("127.0.0.1", self._port, limit=1 << 20)
        self._writer.write(f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n".encode())
        head = (await self._reader.readuntil(b"\r\n\r\n")).lower()
        length = int(head.split(b"content-length:")[1].split(b"\r\n")[0])
        try:
            await self._reader.readexactly(length)
        except asyncio.IncompleteReadError as error:
            raise EOFError(f"{len(error.partial)} of {length} bytes of an answer came") from error
        return int(head.split()[1]), length


class Crowd:
    """Asks at a steady rate, whatever the server does."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._idle: list[Line] = []
        self.taken_ms: list[float] = []
        self.statuses: dict[int, int] = {}
        self.broken = ""
        self.renewed = 0

    async def ask(self, path: str, due: float) -> None:
        """Ask once; the answer counts from when it was due."""
        line = self._idle.pop() if self._idle else Line(self._port)
        try:
            status, _ = await line.get(path)
        except (OSError, EOFError, IndexError) as error:
            status = 0
            self.broken = repr(error)
            line.close()
        else:
            self._idle.append(line)
        self.renewed, line.renewed = self.renewed + line.renewed, 0
        self.statuses[status] = self.statuses.get(status, 0) + 1
        self.taken_ms.append((time.monotonic() - due) * 1000)

    async def run(self, paths: list[str], rate: float, seconds: float) -> None:
        """Ask for `paths` in turn."""
        begun = time.monotonic()
        async with asyncio.TaskGroup() as group:
            for number in range(round(rate * seconds)):
                due = begun + number / rate
                if (wait := due - time.monotonic()) > 0:
                    await asyncio.sleep(wait)
                group.create_task(self.ask(paths[number % len(paths)], due))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("port", type=int)
    parser.add_argument("paths", nargs="+")
    parser.add_argument("--rate", type=float, default=300)
    parser.add_argument("--seconds", type=float, default=15)
    options = parser.parse_args()
    random.Random(1).shuffle(options.paths)
    crowd = Crowd(options.port)
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(crowd.run(options.paths, options.rate, options.seconds))
    taken = sorted(crowd.taken_ms)
    found = {f"p{share}_ms": round(taken[int(len(taken) * share / 100)], 1) for share in (50, 95, 99)}
    print(
        json.dumps(
            found
            | {
                "statuses": {str(status): count for status, count in sorted(crowd.statuses.items())},
                "broken": crowd.broken,
                "renewed": crowd.renewed,
            }
        )
    )


if __name__ == "__main__":
    main()
