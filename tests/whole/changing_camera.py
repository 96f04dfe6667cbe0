"""A camera whose encoding changes: `changing_camera.py RTSP_LOAD_PY PORT CODEC:WIDTHxHEIGHT[,CODEC:WIDTHxHEIGHT...]`.

Two seconds of each part, over and over, in one RTP session: H.264 may so change its size in mid-stream,
with nothing but its parameter sets to tell. Each picture's brightness tells its part. The RTSP and the
H.264 are those of the shared load tool; RFC 7798 is here.
"""

import asyncio
import base64
import importlib.util
import sys
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np

FPS = 15
PICTURES = 2 * FPS
PAYLOAD_BYTES = 1400


def tool(path: str) -> Any:
    """Return the load tool as a module."""
    specification = importlib.util.spec_from_file_location("rtsp_load", path)
    assert specification
    assert specification.loader
    module = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(module)
    return module


def encoded(codec: str, width: int, height: int, luma: int) -> list[list[bytes]]:
    """Return NAL units of each picture, parameter sets with the first."""
    coder = av.CodecContext.create({"h264": "libx264", "h265": "libx265"}[codec], "w")
    assert isinstance(coder, av.VideoCodecContext)
    coder.width, coder.height, coder.pix_fmt = width, height, "yuv420p"
    coder.time_base, coder.framerate = Fraction(1, FPS), Fraction(FPS)
    quiet = {"x265-params": "log-level=none:bframes=0:keyint=15:repeat-headers=1"} if codec == "h265" else {}
    coder.options = {"preset": "ultrafast", "tune": "zerolatency", "g": "15", **quiet}
    noise = np.random.default_rng(luma).integers(0, 40, (height * 3 // 2, width), dtype=np.uint8)
    packets = []
    for number in range(PICTURES):
        picture = np.full((height * 3 // 2, width), 128, np.uint8)
        picture[:height] = luma + np.roll(noise[:height], number * 4, axis=1)
        frame = av.VideoFrame.from_ndarray(picture, format="yuv420p")
        frame.pts = number
        packets += coder.encode(frame)
    packets += coder.encode(None)
    return [units(bytes(packet)) for packet in packets]


def units(data: bytes) -> list[bytes]:
    """Split an Annex B access unit."""
    found = data.replace(b"\x00\x00\x00\x01", b"\x00\x00\x01").split(b"\x00\x00\x01")
    return [unit for unit in found if unit]


def h265_payloads(access_unit: list[bytes]) -> list[tuple[bool, bytes]]:
    """RFC 7798 payloads of one access unit: (marker bit, payload)."""
    out = []
    for index, unit in enumerate(access_unit):
        last = index == len(access_unit) - 1
        if len(unit) <= PAYLOAD_BYTES:
            out.append((last, unit))
            continue
        head, kind, body = bytes(((unit[0] & 0x81) | (49 << 1), unit[1])), (unit[0] >> 1) & 0x3F, unit[2:]
        step = PAYLOAD_BYTES - 3
        for at in range(0, len(body), step):
            end = at + step >= len(body)
            flags = (0x80 if at == 0 else 0) | (0x40 if end else 0) | kind
            out.append((last and end, head + bytes((flags,)) + body[at : at + step]))
    return out


def source(load: Any, parts: list[str]) -> Any:
    """Return the load tool's source with our pictures."""
    made = load.Source.__new__(load.Source)
    made.fps, made.frames, made.players, made.missed = float(FPS), [], set(), 0
    made.loop_90k = PICTURES * len(parts) * 90_000 // FPS
    codec = parts[0].partition(":")[0]
    first: list[bytes] = []
    for number, part in enumerate(parts):
        width, height = part.partition(":")[2].split("x")
        for picture in encoded(codec, int(width), int(height), 40 + 60 * (number % 3)):
            first = first or picture
            split = load.payloads if codec == "h264" else h265_payloads
            made.frames.append((len(made.frames) * 90_000 // FPS, split(picture)))
    if codec == "h264":
        made.sps = [unit for unit in first if unit[0] & 0x1F == 7]
        made.pps = [unit for unit in first if unit[0] & 0x1F == 8]
    else:
        sets = {(unit[0] >> 1) & 0x3F: base64.b64encode(unit).decode() for unit in first}
        made.sdp = (
            "v=0\r\no=- 0 0 IN IP4 127.0.0.1\r\ns=load\r\nt=0 0\r\nm=video 0 RTP/AVP 96\r\n"
            "a=rtpmap:96 H265/90000\r\n"
            f"a=fmtp:96 sprop-vps={sets[32]};sprop-sps={sets[33]};sprop-pps={sets[34]}\r\na=control:track0\r\n"
        ).encode
    return made


async def main() -> None:
    """Serve until killed."""
    place, port, parts = sys.argv[1:]
    made = source(tool(place), parts.split(","))
    server = await asyncio.start_server(made.client, "127.0.0.1", int(port))
    print(f"ready {Path(place).name}", flush=True)
    async with server:
        await made.play()


if __name__ == "__main__":
    asyncio.run(main())
