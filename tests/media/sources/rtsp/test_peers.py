"""The RTSP source against independent servers: GStreamer's, and the load generator on real footage."""

import asyncio
import contextlib
import itertools
import sys
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import av
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from tests.media.sources.rtsp.playing import play
from tests.needs import requires_tool

from ronda.media.access_unit import AccessUnit, Codec
from ronda.media.parameter_sets import split_length_prefixed
from ronda.media.sources.contract import SourceRefused

GST = Path(__file__).resolve().parents[3] / "peers" / "gst_rtsp_server.py"
gst_rtsp_server = requires_tool("gst-rtsp-server", "gst-plugins")


@contextlib.asynccontextmanager
async def serving(*command: str) -> AsyncIterator[str]:
    """Run a server; yields the first line it prints."""
    process = await asyncio.create_subprocess_exec(
        *command, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.DEVNULL
    )
    assert process.stdout is not None
    try:
        async with asyncio.timeout(20):
            yield (await process.stdout.readline()).decode().strip()
    finally:
        process.kill()
        await process.wait()


def decodes(units: list[AccessUnit], least: int) -> None:
    """Assert that a decoder takes every unit and shows pictures in rising order."""
    encoding = units[0].encoding
    assert encoding is not None
    context = av.CodecContext.create("h264" if encoding.codec is Codec.H264 else "hevc", "r")
    assert isinstance(context, av.VideoCodecContext)
    context.thread_count = 1
    shown = []
    for unit in units:
        nals = [*(encoding.parameter_sets if unit.keyframe else ()), *split_length_prefixed(unit.data)]
        packet = av.Packet(b"".join(b"\0\0\0\1" + nal for nal in nals))
        packet.pts, packet.dts = unit.pts_90k, unit.dts_90k
        shown += [frame.pts for frame in context.decode(packet)]
    shown += [frame.pts for frame in context.decode(None)]
    assert shown == sorted(unit.pts_90k for unit in units)
    assert len(shown) >= least


def in_order(units: list[AccessUnit]) -> None:
    assert all(a.dts_90k < b.dts_90k for a, b in itertools.pairwise(units))
    assert all(unit.dts_90k <= unit.pts_90k for unit in units)
    assert [unit for unit in units if unit.encoding] == units[:1]
    assert not any(unit.discontinuity for unit in units)


@gst_rtsp_server
@pytest.mark.parametrize(
    "options",
    [(), ("--codec", "h265"), ("--b-frames", "2"), ("--auth", "basic"), ("--auth", "digest")],
    ids=lambda options: "-".join(options) or "plain",
)
async def test_gstreamer(options: tuple[str, ...]) -> None:
    async with serving("/usr/bin/python3", str(GST), *options) as address:
        url = address
        if "--auth" in options:
            with pytest.raises(SourceRefused):
                await play(url.replace("//", "//penjaga:wrong@"), 1)
            url = url.replace("//", "//penjaga:p%40ss%3A1@")
        played = await play(url, 40)
    in_order(played.units)
    decodes(played.units, 40)
    assert played.counters.lost_packets == played.counters.bad_packets == 0
    # Its first sender report may come later than we stay.
    assert abs(played.counters.clock_offset_90k or 0) < 90_000
    if "--b-frames" in options:
        assert any(a.pts_90k > b.pts_90k for a, b in itertools.pairwise(played.units))


@gst_rtsp_server
async def test_gstreamer_over_tls_with_a_certificate_of_its_own(tmp_path: Path) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "kamera")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .sign(key, hashes.SHA256())
    )
    pem = serialization.Encoding.PEM
    (tmp_path / "cert.pem").write_bytes(certificate.public_bytes(pem))
    plain = key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    (tmp_path / "key.pem").write_bytes(plain)
    files = ("--cert", str(tmp_path / "cert.pem"), "--key", str(tmp_path / "key.pem"))
    async with serving("/usr/bin/python3", str(GST), *files) as url:
        assert url.startswith("rtsps:")
        played = await play(url, 30)
    in_order(played.units)
    decodes(played.units, 30)


@pytest.mark.parametrize("watched", [True, False])
@pytest.mark.parametrize("film", ["one-by-one-person-detection", "street-corner-1", "load-2mbps"])
async def test_real_footage(
    film: str, watched: bool, shared: Path, shared_assets: Path, free_port: Callable[[], int]
) -> None:
    port, video = free_port(), shared_assets / "videos" / f"{film}.mp4"
    command = (sys.executable, str(shared / "tools" / "rtsp_load.py"), str(video), "--port", str(port))
    async with serving(*command):
        played = await play(f"rtsp://127.0.0.1:{port}/any", 20, watched=watched)
    in_order(played.units)
    decodes(played.units, 20)
    assert played.counters.lost_packets == played.counters.bad_packets == 0
