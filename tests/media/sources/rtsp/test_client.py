"""The conversation without a socket."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.media.sources.rtsp.faulty_camera import sdp

from ronda.media.sources.address import StreamAddress
from ronda.media.sources.contract import SourceFailed
from ronda.media.sources.rtsp.client import Phase, RtspClient
from ronda.media.sources.rtsp.message import BadRtsp, Headers, Response, ServerRequest, parse_head


def client(url: str = "rtsp://a:secret@cam/live") -> RtspClient:
    made = RtspClient(StreamAddress.parse(url))
    made.start()
    return made


def said(status: int = 200, body: bytes = b"", **headers: str) -> Response:
    return Response(status, "", Headers([(name.replace("_", "-"), value) for name, value in headers.items()]), body)


@pytest.mark.parametrize(
    ("own", "location", "kept"),
    [
        ("rtsp://a:secret@cam/live", "rtsp://cam:8554/other", True),
        ("rtsp://a:secret@cam/live", "/other", True),
        ("rtsp://a:secret@cam/live", "rtsps://cam/other", True),
        ("rtsp://a:secret@cam/live", "rtsp://elsewhere/live", False),
        ("rtsps://a:secret@cam/live", "rtsp://cam/live", False),
    ],
)
def test_credentials_follow_a_redirect_to_the_same_host_only(own: str, location: str, kept: bool) -> None:
    camera = client(own)
    camera.receive(said(302, location=location))
    assert camera.phase is Phase.REDIRECTED
    assert camera.redirect is not None
    assert (camera.redirect.password == "secret") is kept


@pytest.mark.parametrize("location", ["http://cam/", "file:///etc/passwd", "rtsp://"])
def test_a_redirect_to_something_else_is_not_followed(location: str) -> None:
    with pytest.raises(SourceFailed):
        client().receive(said(302, location=location))


def playing(public: str = "GET_PARAMETER") -> RtspClient:
    camera = client()
    for answer in (
        said(public=public),
        said(body=sdp()),
        said(session="abc;timeout=20", transport="RTP/AVP/TCP;interleaved=2-3"),
        said(),
    ):
        camera.receive(answer)
    assert camera.phase is Phase.PLAYING
    return camera


def test_the_session_is_understood() -> None:
    camera = playing()
    assert camera.session_timeout_s == 20
    assert camera.channels is not None
    assert (camera.channels.rtp, camera.channels.rtcp) == (2, 3)
    assert b"Session: abc\r\n" in camera.teardown()
    assert camera.teardown() == b""


def test_keep_alive_falls_back_to_options() -> None:
    camera = playing()
    assert camera.keep_alive().startswith(b"GET_PARAMETER ")
    camera.receive(said(405))
    assert camera.keep_alive().startswith(b"OPTIONS ")
    assert playing(public="OPTIONS, PLAY").keep_alive().startswith(b"OPTIONS ")


def test_a_forgotten_session_ends_it() -> None:
    camera = playing()
    camera.keep_alive()
    with pytest.raises(SourceFailed, match="forgotten"):
        camera.receive(said(454))


def test_requests_of_the_server_are_answered() -> None:
    for method, status in (("OPTIONS", b"200"), ("ANNOUNCE", b"200"), ("RECORD", b"501")):
        answer = playing().receive(ServerRequest(method, "*", Headers([("cseq", "77")])))
        assert answer.startswith(b"RTSP/1.0 " + status)
        assert b"CSeq: 77" in answer


def test_a_server_that_redirects_while_playing() -> None:
    camera = playing()
    camera.receive(ServerRequest("REDIRECT", "*", Headers([("location", "rtsp://cam/new")])))
    assert camera.phase is Phase.REDIRECTED


def test_nothing_that_is_sent_can_be_broken_into_lines() -> None:
    camera = client("rtsp://a%0d%0aX:b@cam/live")
    out = camera.receive(said(401, www_authenticate='Basic realm="x"'))
    assert out.count(b"\r\n\r\n") == 1
    assert b"\nX" not in out


@given(
    st.lists(
        st.tuples(st.sampled_from([100, 200, 200, 200, 302, 401, 404, 461, 454, 457]), st.binary(max_size=60)),
        max_size=12,
    )
)
def test_whatever_is_answered_only_its_own_errors_come(answers: list[tuple[int, bytes]]) -> None:
    camera = client()
    try:
        for status, extra in answers:
            head = b"RTSP/1.0 %d X\r\nWWW-Authenticate: Basic\r\nLocation: /x\r\n" % status + extra
            message, _ = parse_head(head)
            if isinstance(message, Response) and status == 200:
                message.body = sdp()
            camera.receive(message)
            if camera.phase is Phase.REDIRECTED:
                return
    except (SourceFailed, BadRtsp):
        return
