"""The RTSP source against a scripted camera over a real socket."""

import asyncio
import base64
import hashlib
import random
import re
from collections.abc import Callable

import pytest
from structlog.testing import capture_logs
from tests.media.pictures import Film, encode
from tests.media.sources.rtsp.faulty_camera import FILM, Asked, FaultyCamera, film_frames, reply, sdp
from tests.media.sources.rtsp.playing import numeric, play

from ronda.base.errors import BadInput
from ronda.media.sources.contract import (
    SourceBusy,
    SourceCounters,
    SourceFailed,
    SourceRefused,
    SourceSilent,
    SourceUnsupported,
)
from ronda.media.sources.rtsp.connection import Patience
from ronda.media.sources.rtsp.source import RtspSource

QUICK = Patience(connect_s=0.5, response_s=0.5, picture_s=0.5, keyframe_s=1.0)


def same_film(units: list[bytes], film: Film = FILM) -> None:
    assert units == [unit.data for unit in encode(film)]


async def test_a_good_camera_plays() -> None:
    async with FaultyCamera(frames=film_frames()).running() as camera:
        played = await play(camera.url, 30)
    same_film([unit.data for unit in played.units])
    assert [asked.method for asked in camera.asked[:4]] == ["OPTIONS", "DESCRIBE", "SETUP", "PLAY"]
    assert camera.asked[2].url == camera.url + "/track1"
    assert played.source.description is not None
    assert played.source.description.tracks == ("audio PCMA/8000", "video H264/90000")


async def test_it_says_goodbye() -> None:
    async with FaultyCamera(frames=film_frames()).running() as camera:
        await play(camera.url, 1)
        for _ in range(50):
            if camera.asked[-1].method == "TEARDOWN":
                break
            await asyncio.sleep(0.02)
    assert camera.asked[-1].method == "TEARDOWN"
    assert camera.asked[-1].headers["session"] == "12"


async def test_stray_bytes_between_packets_are_survived_and_counted() -> None:
    chance = random.Random(4)
    frames = film_frames()
    spoiled = [
        frame + (chance.randbytes(chance.randint(1, 60)) if n % 7 == 3 else b"") for n, frame in enumerate(frames)
    ]
    async with FaultyCamera(frames=spoiled).running() as camera:
        played = await play(camera.url, 30)
    same_film([unit.data for unit in played.units])
    assert played.counters.bad_packets > 0
    assert played.counters.lost_packets == 0


async def test_faults_are_reported_once_a_while_without_credentials() -> None:
    frames = film_frames()
    spoiled = [frame + b"\1\2\3" for frame in frames] + [frames[0]] * 20
    async with FaultyCamera(frames=spoiled).running() as camera:
        with capture_logs() as logs, pytest.raises(SourceSilent):
            await play(camera.url.replace("//", "//a:secret@"), 1000, patience=Patience(picture_s=2.0))
    lines = [line for line in logs if line["event"] == "packets lost or bad"]
    assert len(lines) == 1
    assert "secret" not in str(lines)


async def test_packets_that_come_drop_by_drop() -> None:
    stream = b"".join(film_frames())
    async with FaultyCamera(frames=[stream[at : at + 7] for at in range(0, len(stream), 7)]).running() as camera:
        same_film([unit.data for unit in (await play(camera.url, 30)).units])


async def test_packets_of_other_channels_and_server_requests_between_are_passed_over() -> None:
    frames = film_frames()
    other = b"\x24\x04\x00\x10" + b"\x80" + bytes(15)
    ask = b"ANNOUNCE rtsp://x RTSP/1.0\r\nCSeq: 9\r\nContent-Length: 4\r\n\r\nabcd"
    async with FaultyCamera(frames=[ask, *(frame + other for frame in frames)]).running() as camera:
        played = await play(camera.url, 30)
    same_film([unit.data for unit in played.units])
    assert played.counters.bad_packets == 0


async def test_the_channels_that_the_camera_chose_are_used() -> None:
    def answer(asked: Asked) -> bytes | None:
        if asked.method == "SETUP":
            return reply(asked, headers=["Session: 1", "Transport: RTP/AVP/TCP;unicast;interleaved=6-7;ssrc=1"])
        return None

    async with FaultyCamera(answer, frames=film_frames(channel=6)).running() as camera:
        same_film([unit.data for unit in (await play(camera.url, 30)).units])


@pytest.mark.parametrize(
    ("base", "control", "good"),
    [
        ("rtsp://10.9.8.7/inner/", "track1", "/live/track1"),
        ("rtsp://10.9.8.7/inner/", "rtsp://127.0.0.1/other/track1", "/other/track1"),
        ("/nonsense", "trackID=1", "/live/trackID=1"),
        ("", "*", "/live"),
        ("", "", "/live"),
    ],
)
async def test_a_wrong_content_base_is_survived(base: str, control: str, good: str) -> None:
    def answer(asked: Asked) -> bytes | None:
        if asked.method == "DESCRIBE":
            return reply(asked, headers=[f"Content-Base: {base}"] if base else [], body=sdp(control=control))
        if asked.method == "SETUP" and not (asked.url.endswith(good) and "127.0.0.1" in asked.url):
            return reply(asked, "404 Not Found")
        if asked.method == "PLAY" and "10.9.8.7" in asked.url:
            return reply(asked, "454 Session Not Found")
        return None

    async with FaultyCamera(answer, frames=film_frames()).running() as camera:
        same_film([unit.data for unit in (await play(camera.url, 30)).units])


async def test_redirects_are_followed() -> None:
    async with FaultyCamera(frames=film_frames()).running() as target:

        def answer(asked: Asked) -> bytes | None:
            return reply(asked, "302 Moved", [f"Location: {target.url}"]) if asked.method == "DESCRIBE" else None

        async with FaultyCamera(answer).running() as camera:
            same_film([unit.data for unit in (await play(camera.url, 30)).units])


async def test_redirects_in_a_circle_end() -> None:
    async with FaultyCamera(lambda asked: reply(asked, "301 Moved", [f"Location: {asked.url}"])).running() as camera:
        with pytest.raises(SourceFailed, match="without end"):
            await play(camera.url, 1)
    assert len(camera.asked) == 5


def digest_camera(algorithm: str, qop: str, hash_of: Callable[[bytes], str], stale_once: bool = False) -> FaultyCamera:
    """A camera that checks digests by the book."""
    nonces = ["n1", "n2"]

    def answer(asked: Asked) -> bytes | None:
        if asked.method == "OPTIONS":
            return None
        given = dict(re.findall(r'(\w+)="?([^",]+)', asked.headers.get("authorization", "")))
        nonce = nonces[0]
        challenge = f'Digest realm="cam", nonce="{nonce}"{algorithm}{qop}'
        if given.get("nonce") != nonce:
            stale = ", stale=true" if given else ""
            return reply(asked, "401 Unauthorized", [f"WWW-Authenticate: {challenge}{stale}"])
        if stale_once and asked.method == "SETUP" and len(nonces) > 1:
            nonces.pop(0)
            return reply(
                asked,
                "401 Unauthorized",
                [f'WWW-Authenticate: Digest realm="cam", nonce="n2"{algorithm}{qop}, stale=TRUE'],
            )
        first = hash_of(b"us er:cam:p@:ss")
        second = hash_of(f"{asked.method}:{given['uri']}".encode())
        middle = f"{nonce}:{given['nc']}:{given['cnonce']}:auth" if qop else nonce
        if given["response"] != hash_of(f"{first}:{middle}:{second}".encode()):
            return reply(asked, "401 Unauthorized", [f"WWW-Authenticate: {challenge}"])
        return None

    return FaultyCamera(answer, frames=film_frames())


def md5(data: bytes) -> str:
    return hashlib.md5(data, usedforsecurity=False).hexdigest()


def sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


@pytest.mark.parametrize("qop", ["", ', qop="auth,auth-int"'])
@pytest.mark.parametrize("stale_once", [False, True])
@pytest.mark.parametrize(
    ("algorithm", "hash_of"), [("", md5), (", algorithm=MD5", md5), (", algorithm=SHA-256", sha256)]
)
async def test_digest(algorithm: str, hash_of: Callable[[bytes], str], qop: str, stale_once: bool) -> None:
    async with digest_camera(algorithm, qop, hash_of, stale_once).running() as camera:
        url = camera.url.replace("//", "//us%20er:p%40%3Ass@")
        same_film([unit.data for unit in (await play(url, 30)).units])
        assert all("p@" not in asked.url for asked in camera.asked)


async def test_a_wrong_password_is_asked_once_and_refused() -> None:
    async with digest_camera("", "", md5).running() as camera:
        with pytest.raises(SourceRefused, match="user or the password") as caught:
            await play(camera.url.replace("//", "//us%20er:wrong@"), 1)
    assert "wrong" not in str(caught.value)
    assert [asked.method for asked in camera.asked] == ["OPTIONS", "DESCRIBE", "DESCRIBE"]


async def test_no_password_is_refused() -> None:
    async with digest_camera("", "", md5).running() as camera:
        with pytest.raises(SourceRefused, match="asks for a user"):
            await play(camera.url, 1)


async def test_basic_when_nothing_better_is_offered() -> None:
    right = "Basic " + base64.b64encode(b"a:b").decode()

    def answer(asked: Asked) -> bytes | None:
        if asked.headers.get("authorization") == right:
            return None
        return reply(asked, "401 Unauthorized", ['WWW-Authenticate: Basic realm="x"'])

    async with FaultyCamera(answer, frames=film_frames()).running() as camera:
        same_film([unit.data for unit in (await play(camera.url.replace("//", "//a:b@"), 30)).units])


async def test_a_recorder_that_accepts_and_says_nothing() -> None:
    async with FaultyCamera(lambda _: b"").running() as camera:
        with pytest.raises(SourceSilent, match="does not answer OPTIONS"):
            await play(camera.url, 1, patience=QUICK)


async def test_a_camera_that_plays_and_sends_nothing() -> None:
    async with FaultyCamera().running() as camera:
        with pytest.raises(SourceSilent, match="no picture"):
            await play(camera.url, 1, patience=QUICK)


async def test_a_camera_that_closes() -> None:
    async with FaultyCamera(frames=film_frames(), close_after_frames=True).running() as camera:
        with pytest.raises(SourceFailed, match="closed the connection"):
            await play(camera.url, 1000)


@pytest.mark.parametrize(
    ("status", "kind", "match"),
    [
        ("404 Not Found", SourceFailed, "nothing at this path"),
        ("403 Forbidden", SourceFailed, "does not allow"),
        ("453 Not Enough Bandwidth", SourceBusy, "as many pictures"),
        ("500 Oh", SourceFailed, "fault of its own"),
    ],
)
async def test_refusals_say_why(status: str, kind: type[SourceFailed], match: str) -> None:
    async with FaultyCamera(lambda asked: reply(asked, status)).running() as camera:
        with pytest.raises(kind, match=match):
            await play(camera.url, 1)


@pytest.mark.parametrize(
    ("description", "match"),
    [
        (b"v=0\r\nm=video 0 RTP/AVP 26\r\n", "JPEG"),
        (b"v=0\r\nm=video 0 RTP/AVP 96\r\na=rtpmap:96 MP4V-ES/90000\r\n", "MP4V-ES"),
        (b"v=0\r\nm=audio 0 RTP/AVP 0\r\n", "no video"),
        (b"nothing of use", "describes no media"),
    ],
)
async def test_what_cannot_be_carried_is_named(description: bytes, match: str) -> None:
    async with FaultyCamera(description=description).running() as camera:
        with pytest.raises(SourceUnsupported, match=match):
            await play(camera.url, 1)


async def test_udp_only_cameras_are_named() -> None:
    def answer(asked: Asked) -> bytes | None:
        return reply(asked, "461 Unsupported Transport") if asked.method == "SETUP" else None

    async with FaultyCamera(answer).running() as camera:
        with pytest.raises(SourceUnsupported, match="over TCP"):
            await play(camera.url, 1)


async def test_a_web_server_on_the_port_is_told_from_a_camera() -> None:
    async with FaultyCamera(hello=b"HTTP/1.1 400 Bad Request\r\n\r\n").running() as camera:
        with pytest.raises(SourceFailed, match="not RTSP"):
            await play(camera.url, 1)


async def test_a_closed_port(free_port: Callable[[], int]) -> None:
    with pytest.raises(SourceFailed, match="refuses the connection"):
        await play(f"rtsp://127.0.0.1:{free_port()}/x", 1)


async def test_a_session_is_kept_alive() -> None:
    def answer(asked: Asked) -> bytes | None:
        if asked.method == "SETUP":
            return reply(asked, headers=["Session: 7 ; timeout=2", "Transport: RTP/AVP/TCP;interleaved=0-1"])
        return None

    async with FaultyCamera(answer).running() as camera:
        with pytest.raises(SourceSilent):
            await play(camera.url, 1, patience=Patience(picture_s=2.2))
    kept = [asked for asked in camera.asked if asked.method == "GET_PARAMETER"]
    assert kept
    assert kept[0].headers["session"] == "7"


def test_an_address_of_another_scheme_is_not_taken() -> None:
    class Nobody:
        def picture(self, unit: object) -> None: ...
        def state(self, *_: object) -> None: ...

    with pytest.raises(BadInput):
        RtspSource("http://x/", Nobody(), SourceCounters(), numeric)
