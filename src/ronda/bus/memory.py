"""The bus within one process: every message is copied by serialising it.

Owned state: who follows and who serves which subject. Everything here runs in one event loop;
nothing is safe to call from another thread.
"""

import asyncio
from collections import deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, Final, Generic

import structlog
from pydantic import ValidationError

from ronda.base.errors import BadInput, Busy, Conflict, RondaError
from ronda.bus.contract import Failure, Handler, M, Message, R
from ronda.bus.failures import to_error, to_failure

_log = structlog.get_logger(__name__)
_FAILURE_MARK: Final = b"!"
_REPLY_MARK: Final = b"="


class _Inbox(Generic[M]):
    """What one subscriber has not read yet; the oldest gives way when it is full."""

    def __init__(self, bus: "MemoryBus", kind: type[M], size: int) -> None:
        self._bus = bus
        self._kind = kind
        self._waiting: deque[bytes] = deque()
        self._size = size
        self._arrived = asyncio.Event()

    @property
    def waiting(self) -> int:
        """How many messages are not read yet."""
        return len(self._waiting)

    def push(self, data: bytes) -> None:
        """Take a message in, at the cost of the oldest when there is no room."""
        if len(self._waiting) >= self._size:
            self._waiting.popleft()
            self._bus.dropped += 1
        self._waiting.append(data)
        self._arrived.set()

    def __aiter__(self) -> "_Inbox[M]":
        return self

    async def __anext__(self) -> M:
        while True:
            while not self._waiting:
                self._arrived.clear()
                await self._arrived.wait()
            try:
                return self._kind.model_validate_json(self._waiting.popleft())
            except ValidationError as error:
                # The sender speaks another version; its text may hold secrets, so only places are named.
                self._bus.unreadable += 1
                _log.warning("bus: unreadable message", kind=self._kind.__name__, places=_places(error))


@dataclass(slots=True)
class _Server:
    """Who answers on a subject, and the answers under way."""

    kind: type[Message]
    handler: Handler[Any, Any]
    group: asyncio.TaskGroup
    at_work: dict[asyncio.Task[None], asyncio.Future[bytes]] = field(default_factory=dict)

    def start(self, data: bytes) -> asyncio.Future[bytes]:
        """Begin to answer one request; the work goes on when nobody waits for it any more."""
        answer: asyncio.Future[bytes] = asyncio.get_running_loop().create_future()
        task = self.group.create_task(_answer(self, data, answer))
        self.at_work[task] = answer
        task.add_done_callback(self.at_work.pop)
        return answer

    def stop(self) -> None:
        """Refuse what is not answered yet and end its work."""
        closing = _failed(Busy("the other side is closing", "try again in a moment"))
        for task, answer in list(self.at_work.items()):
            _settle(answer, closing)
            task.cancel()


class MemoryBus:
    """Implements `ronda.bus.contract.Bus` for one process.

    Attributes:
        dropped: Messages lost because a subscriber's queue was full.
        unreadable: Messages that a subscriber could not read as the kind it follows.
        queue_size: The most messages that may wait for one subscriber.
    """

    def __init__(self, queue_size: int = 4096, requests_at_once: int = 256) -> None:
        self.dropped = 0
        self.unreadable = 0
        self.queue_size = queue_size
        self._requests_at_once = requests_at_once
        self._followers: dict[str, list[_Inbox[Any]]] = {}
        self._servers: dict[str, _Server] = {}

    @property
    def waiting(self) -> int:
        """Messages waiting for the subscriber that is furthest behind."""
        return max((inbox.waiting for followers in self._followers.values() for inbox in followers), default=0)

    async def publish(self, subject: str, message: Message) -> None:
        """Send to whoever follows `subject` now; never waits for a subscriber."""
        wildcard = subject.rpartition(".")[0] + ".*"
        inboxes = [*self._followers.get(subject, ()), *self._followers.get(wildcard, ())]
        if not inboxes:
            return
        data = message.model_dump_json().encode()
        for inbox in inboxes:
            inbox.push(data)

    @asynccontextmanager
    async def subscribe(self, subject: str, kind: type[M]) -> AsyncIterator[AsyncIterator[M]]:
        """Follow `subject`, or with a last part of `*` every subject with the parts before it."""
        inbox = _Inbox(self, kind, self.queue_size)
        self._followers.setdefault(subject, []).append(inbox)
        try:
            yield inbox
        finally:
            self._followers[subject].remove(inbox)
            if not self._followers[subject]:
                del self._followers[subject]

    async def request(self, subject: str, message: Message, kind: type[R], timeout_s: float = 10.0) -> R:
        """Ask whoever serves `subject`; giving up does not stop the work on the other side.

        Raises:
            Busy: Nobody answered in time, or nobody serves the subject, or too many ask at once.
            RondaError: What the other side raised, of the same kind.
        """
        server = self._servers.get(subject)
        if server is None:
            raise Busy(f"nobody answers on {subject}", "try again when the node is running")
        if len(server.at_work) >= self._requests_at_once:
            raise Busy(f"too many requests on {subject}", "try again in a moment")
        answer = server.start(message.model_dump_json().encode())
        try:
            async with asyncio.timeout(timeout_s):
                data = await answer
        except TimeoutError as error:
            raise Busy(f"no answer on {subject} within {timeout_s:g} s", "try again in a moment") from error
        if data[:1] == _FAILURE_MARK:
            raise to_error(Failure.model_validate_json(data[1:]))
        try:
            return kind.model_validate_json(data[1:])
        except ValidationError as error:
            raise RondaError(f"the answer on {subject} is not a {kind.__name__}") from error

    @asynccontextmanager
    async def serve(self, subject: str, kind: type[M], handler: Handler[M, R]) -> AsyncIterator[None]:
        """Answer requests on `subject` while the context is open.

        Raises:
            Conflict: Somebody serves it already.
        """
        if subject in self._servers:
            raise Conflict(f"{subject} is already served")
        async with asyncio.TaskGroup() as group:
            server = self._servers[subject] = _Server(kind, handler, group)
            try:
                yield
            finally:
                del self._servers[subject]
                server.stop()


async def _answer(server: _Server, data: bytes, answer: asyncio.Future[bytes]) -> None:
    _settle(answer, await _handled(server, data))


async def _handled(server: _Server, data: bytes) -> bytes:
    try:
        message = server.kind.model_validate_json(data)
    except ValidationError as error:
        return _failed(BadInput(f"not a {server.kind.__name__}: {_places(error)}"))
    try:
        reply: Message = await server.handler(message)
    except RondaError as error:
        return _failed(error)
    except Exception:  # noqa: BLE001 - the root of this request's task
        _log.exception("bus: a handler failed", kind=server.kind.__name__)
        return _failed(RondaError(f"answering a {server.kind.__name__} failed"))
    return _REPLY_MARK + reply.model_dump_json().encode()


def _failed(error: RondaError) -> bytes:
    return _FAILURE_MARK + to_failure(error).model_dump_json().encode()


def _settle(answer: asyncio.Future[bytes], data: bytes) -> None:
    if not answer.done():
        answer.set_result(data)


def _places(error: ValidationError) -> str:
    return ", ".join(sorted({".".join(map(str, one["loc"])) or "message" for one in error.errors()}))
