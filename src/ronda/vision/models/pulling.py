"""How a model's file is fetched: from where its card says, on from where it broke off, and never but what was meant.

What has come lies in the folder of models under a name that begins with a dot, with a note of where it is from; the
SHA-256 of the whole decides.
"""

import fcntl
import json
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, Final

import httpx

from ronda import __version__
from ronda.base.errors import BadInput, Busy, NotFound, RondaError, StorageFailed
from ronda.vision.models.adding import digest
from ronda.vision.models.card import KnownFile, KnownModel

Progress = Callable[[int], None]
"""Is told how many bytes have come, in all."""

_PATIENCE: Final = httpx.Timeout(30.0, connect=10.0)
_TRIES: Final = 4
"""So often in a row an address may break off without a byte more."""
_PAUSE_S: Final = 0.5


class Unreachable(RondaError):
    """Nothing could be fetched; says what to do without internet."""


@dataclass(frozen=True, slots=True)
class _Origin:
    """Where a part is from, and which version of it.

    Attributes:
        mark: What `If-Range` says: a strong entity tag, else the time of the last change; empty where there is none.
    """

    address: str
    mark: str = ""


class _Broken(Exception):
    """The transfer broke off; what has come stays."""


class _Refused(Exception):
    """This address does not have it."""


class Pull:
    """Fetches the file of one model.

    Args:
        model: Which one.
        folder: Where its parts lie.
        progress: Is told how far it is.
        tell: Is told in words what went wrong at one address when there is another.
        pause_s: How long it waits before it tries again, longer each time.

    Attributes:
        file: The file that is fetched.
        part: What has come of it.

    Raises:
        NotFound: Nobody publishes it as it is.
    """

    def __init__(
        self,
        model: KnownModel,
        folder: Path,
        progress: Progress = lambda _: None,
        tell: Callable[[str], None] = lambda _: None,
        pause_s: float = _PAUSE_S,
    ) -> None:
        file = model.fetched
        if file is None:
            one = model.files[0]
            raise NotFound(
                f"nobody publishes {model.name} as an ONNX file ({one.note or model.source})",
                f"where you have {one.file} (SHA-256 {one.sha256}), use `ronda models add {one.file}`",
            )
        self.file: KnownFile = file
        self.part = folder / f".{file.sha256[:16]}.part"
        self._note = self.part.with_suffix(".from")
        self._progress = progress
        self._tell = tell
        self._pause_s = pause_s

    @property
    def come(self) -> int:
        """How many bytes have come."""
        try:
            return self.part.stat().st_size
        except OSError:
            return 0

    @contextmanager
    def fetched(self) -> Iterator[Path]:
        """Give the whole file, of the right checksum; it is gone afterwards. Whoever stops this may go on later.

        Raises:
            Unreachable: No address gave it.
            BadInput: What the last address gave is another file; it was removed.
            Busy: Somebody else fetches it.
            StorageFailed: The disk refused.
        """
        try:
            self.part.parent.mkdir(parents=True, exist_ok=True)
            with self.part.open("ab") as opened:
                _lock(opened, self.file.file)
                try:
                    self._fetch(opened)
                finally:
                    if not self.come:
                        self._drop()
                try:
                    yield self.part
                except KeyboardInterrupt:
                    raise
                except BaseException:
                    self._drop()
                    raise
                self._drop()
        except OSError as error:
            raise StorageFailed(f"{self.part} cannot be written ({(error.strerror or str(error)).lower()})") from error

    def _fetch(self, part: IO[bytes]) -> None:
        problems: list[str] = []
        wrong: BadInput | None = None
        with httpx.Client(
            timeout=_PATIENCE,
            follow_redirects=True,
            max_redirects=5,
            headers={"User-Agent": f"ronda/{__version__}", "Accept-Encoding": "identity"},
        ) as client:
            for address in self._addresses():
                try:
                    self._from(client, address, part)
                except _Refused as error:
                    problems.append(f"{address}: {error}")
                    continue
                if (found := digest(self.part)) == self.file.sha256:
                    return
                self._empty(part)
                wrong = BadInput(
                    f"what {address} gives is not {self.file.file}: its SHA-256 is {found}, not {self.file.sha256}",
                    f"it was removed; {self._otherwise()}",
                )
                problems.append(wrong.message)
        for problem in problems[:-1]:
            self._tell(problem)
        if wrong is not None and problems[-1] == wrong.message:
            raise wrong
        raise Unreachable(f"{self.file.file} could not be fetched ({problems[-1]})", self._otherwise())

    def _addresses(self) -> tuple[str, ...]:
        """Return where it is, the place first from which a part has come."""
        before = self._origin().address if self.come else ""
        return tuple(sorted(self.file.addresses, key=lambda one: one != before))

    def _from(self, client: httpx.Client, address: str, part: IO[bytes]) -> None:
        """Fetch the rest from one address, however often it breaks off."""
        in_vain = 0
        while self.come < self.file.bytes or self._origin().address != address:
            before = self.come
            try:
                self._once(client, address, part)
                return
            except (_Broken, httpx.TransportError) as error:
                in_vain = 0 if self.come > before else in_vain + 1
                if in_vain >= _TRIES or not self.come:
                    raise _Refused(_short(error)) from error
                time.sleep(self._pause_s * 2**in_vain)
            except (httpx.HTTPError, httpx.InvalidURL) as error:
                raise _Refused(_short(error)) from error

    def _once(self, client: httpx.Client, address: str, part: IO[bytes]) -> None:
        origin, start = self._origin(), self.come
        if start and (origin.address != address or start >= self.file.bytes):
            self._empty(part)
            start = 0
        headers = {"Range": f"bytes={start}-", **({"If-Range": origin.mark} if origin.mark else {})} if start else {}
        with client.stream("GET", address, headers=headers) as answer:
            if answer.status_code == httpx.codes.REQUESTED_RANGE_NOT_SATISFIABLE:
                self._empty(part)
                raise _Broken("it does not go on from there")
            if not answer.is_success:
                raise _Refused(f"it answers {answer.status_code} {answer.reason_phrase}".rstrip())
            if answer.status_code == httpx.codes.PARTIAL_CONTENT:
                self._check_range(answer, start, part)
            elif start:
                self._empty(part)
            self._check_length(answer)
            self._write_origin(_Origin(address, _mark(answer.headers)))
            self._take(answer, part)

    def _take(self, answer: httpx.Response, part: IO[bytes]) -> None:
        come = self.come
        self._progress(come)
        for piece in answer.iter_raw():
            come += len(piece)
            if come > self.file.bytes:
                self._empty(part)
                raise _Refused(f"it gives more than the {self.file.bytes} bytes that {self.file.file} has")
            part.write(piece)
            part.flush()
            self._progress(come)
        os.fsync(part.fileno())
        if come < self.file.bytes:
            raise _Broken(f"it broke off after {come} of {self.file.bytes} bytes")

    def _check_range(self, answer: httpx.Response, start: int, part: IO[bytes]) -> None:
        told = answer.headers.get("content-range", "")
        if not told.startswith(f"bytes {start}-") or not told.endswith((f"/{self.file.bytes}", "/*")):
            self._empty(part)
            raise _Refused(f"asked for the bytes from {start} of {self.file.bytes}, it gives {told or 'others'!r}")

    def _check_length(self, answer: httpx.Response) -> None:
        if encoding := answer.headers.get("content-encoding", "").replace("identity", ""):
            raise _Refused(f"it gives the file packed ({encoding})")
        length = answer.headers.get("content-length", "")
        wanted = self.file.bytes - self.come
        if length.isdigit() and int(length) != wanted:
            raise _Refused(f"it gives {length} bytes, where {self.file.file} needs {wanted}")

    def _origin(self) -> _Origin:
        try:
            held: Any = json.loads(self._note.read_text(encoding="utf-8"))
            return _Origin(str(held["address"]), str(held["mark"]))
        except (OSError, ValueError, KeyError, TypeError):
            return _Origin("")

    def _write_origin(self, origin: _Origin) -> None:
        self._note.write_text(json.dumps({"address": origin.address, "mark": origin.mark}), encoding="utf-8")

    def _empty(self, part: IO[bytes]) -> None:
        part.truncate(0)
        self._note.unlink(missing_ok=True)

    def _drop(self) -> None:
        self._note.unlink(missing_ok=True)
        self.part.unlink(missing_ok=True)

    def _otherwise(self) -> str:
        return (
            f"without internet here, fetch {self.file.file} ({self.file.bytes / 1e6:.1f} MB, SHA-256 "
            f"{self.file.sha256}) elsewhere, from {' or '.join(self.file.addresses)}, and use "
            f"`ronda models add {self.file.file}`"
        )


def _lock(part: IO[bytes], name: str) -> None:
    try:
        fcntl.flock(part, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        raise Busy(f"{name} is being fetched by another command", "wait for it") from error


def _mark(headers: httpx.Headers) -> str:
    tag: str = headers.get("etag", "")
    return tag if tag and not tag.startswith("W/") else str(headers.get("last-modified", ""))


def _short(error: Exception) -> str:
    return (str(error).strip().partition("\n")[0] or type(error).__name__)[:300]
