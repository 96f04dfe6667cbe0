"""A small HTTP server that gives one file: with ranges, cut connections, another file, or more of it."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass
class Shop:
    """What is given, and how.

    Attributes:
        data: The file.
        tag: Its entity tag.
        cut: A connection is closed after so many bytes; 0 for never.
        cuts: So many connections are.
        ranges: Whether parts are given.
        length: Whether it says how many bytes come.
        hold: The connection stands still after so many bytes, once, until `go_on`.
        held: Set when it does.
        status: Another status for everything.
        asked: The `Range` of each request, empty where there was none.
    """

    data: bytes
    tag: str = '"1"'
    cut: int = 0
    cuts: int = 1_000
    ranges: bool = True
    length: bool = True
    hold: int = 0
    status: int = 200
    held: threading.Event = field(default_factory=threading.Event)
    go_on: threading.Event = field(default_factory=threading.Event)
    asked: list[str] = field(default_factory=list)
    address: str = ""


@contextmanager
def shop(data: bytes) -> Iterator[Shop]:
    """Open one on a free port."""
    told = Shop(data)

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            wanted = self.headers.get("Range", "")
            told.asked.append(wanted)
            start = int(wanted.removeprefix("bytes=").partition("-")[0]) if wanted else 0
            if not told.ranges or self.headers.get("If-Range", told.tag) != told.tag:
                start = 0
            if told.status != 200:
                self.send_error(told.status)
                return
            if start > len(told.data):
                self.send_error(416)
                return
            body = told.data[start:]
            self.send_response(206 if start else 200)
            if start:
                self.send_header("Content-Range", f"bytes {start}-{len(told.data) - 1}/{len(told.data)}")
            self.send_header("ETag", told.tag)
            if told.length:
                self.send_header("Content-Length", str(len(body)))
            else:
                self.send_header("Connection", "close")
            self.end_headers()
            if told.cut and told.cuts:
                told.cuts -= 1
                body = body[: told.cut]
                self.close_connection = True
            if told.hold and not told.held.is_set():
                self.wfile.write(body[: told.hold])
                told.held.set()
                told.go_on.wait(60)
                return
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        told.address = f"http://127.0.0.1:{server.server_address[1]}/drawn.onnx"
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield told
        finally:
            told.go_on.set()
            server.shutdown()
            thread.join()
