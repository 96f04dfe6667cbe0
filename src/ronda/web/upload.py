"""One uploaded file out of a multipart body (RFC 7578), passed on as it arrives and never held whole."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Final

from fastapi import Request
from python_multipart.exceptions import MultipartParseError
from python_multipart.multipart import MultipartParser, parse_options_header

from ronda.base.errors import BadInput

_LONGEST_FIELD: Final = 1000
_LONGEST_HEADER: Final = 2000
_MOST_FIELDS: Final = 10


@dataclass(slots=True)
class _Part:
    header_name: bytes = b""
    header_value: bytes = b""
    name: str = ""
    file_name: str | None = None
    text: bytes = b""


class UploadedFile:
    """The file in one field of a multipart body.

    Attributes:
        file_name: The name the sender gave it; untrusted.
        fields: The text fields seen so far: all of them once `chunks` has ended.
    """

    def __init__(self, request: Request, wanted: str) -> None:
        kind, options = parse_options_header(request.headers.get("content-type", ""))
        boundary = options.get(b"boundary")
        if kind != b"multipart/form-data" or not boundary:
            raise BadInput("the body is not a form with a file", f"send multipart/form-data with a field {wanted!r}")
        self.file_name = ""
        self.fields: dict[str, str] = {}
        self._wanted = wanted
        self._stream = request.stream()
        self._ready: list[bytes] = []
        self._part = _Part()
        self._found = False
        self._whole = False
        self._parser = MultipartParser(
            boundary,
            {
                "on_part_begin": self._begin,
                "on_header_field": self._header_name,
                "on_header_value": self._header_value,
                "on_header_end": self._header_end,
                "on_headers_finished": self._headers_finished,
                "on_part_data": self._data,
                "on_part_end": self._end,
                "on_end": self._complete,
            },
        )

    async def start(self) -> None:
        """Read up to the beginning of the file.

        Raises:
            BadInput: There is no such file in the body.
        """
        while not self._found:
            if not await self._more():
                raise BadInput(f"there is no file in the field {self._wanted!r}", "choose a video")

    async def chunks(self) -> AsyncIterator[bytes]:
        """Yield the file's bytes as they arrive, then read the body to its end.

        Raises:
            BadInput: The body is broken.
        """
        more = True
        while more or self._ready:
            ready, self._ready = self._ready, []
            if ready:
                yield b"".join(ready)
            elif more:
                more = await self._more()

    async def _more(self) -> bool:
        try:
            chunk = await anext(self._stream, None)
            if chunk is None:
                if self._whole:
                    return False
                raise BadInput("the form breaks off before its end", "send it again")
            self._parser.write(chunk)
        except MultipartParseError as error:
            raise BadInput("the form is broken", "send it again") from error
        return True

    def _complete(self) -> None:
        self._whole = True

    def _begin(self) -> None:
        self._part = _Part()

    def _header_name(self, data: bytes, start: int, end: int) -> None:
        self._part.header_name += data[start:end]

    def _header_value(self, data: bytes, start: int, end: int) -> None:
        self._part.header_value += data[start:end]
        if len(self._part.header_value) > _LONGEST_HEADER:
            raise BadInput("a header of the form is too long")

    def _header_end(self) -> None:
        part = self._part
        if part.header_name.lower() == b"content-disposition":
            _, options = parse_options_header(part.header_value)
            part.name = options.get(b"name", b"").decode("utf-8", "replace")
            name = options.get(b"filename")
            part.file_name = None if name is None else name.decode("utf-8", "replace")
        part.header_name = part.header_value = b""

    def _headers_finished(self) -> None:
        if self._part.name == self._wanted and self._part.file_name is not None:
            if self._found:
                raise BadInput("there is more than one file", "send one video at a time")
            self._found = True
            self.file_name = self._part.file_name

    def _data(self, data: bytes, start: int, end: int) -> None:
        if self._part.name == self._wanted and self._part.file_name is not None:
            self._ready.append(data[start:end])
        elif len(self._part.text) < _LONGEST_FIELD:
            self._part.text += data[start:end]

    def _end(self) -> None:
        if self._part.file_name is None and len(self.fields) < _MOST_FIELDS:
            self.fields[self._part.name] = self._part.text[:_LONGEST_FIELD].decode("utf-8", "replace")
