"""Digest and Basic by the examples of their RFCs."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ronda.media.sources.rtsp.authentication import Authenticator, Credentials, parse_challenges

# RFC 7616, section 3.9.1.
MUFASA = (
    'Digest realm="http-auth@example.org", qop="auth, auth-int", algorithm={}, '
    'nonce="7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v", opaque="FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS"'
)
CNONCE = "f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ"


@pytest.mark.parametrize(
    ("algorithm", "response"),
    [
        ("MD5", "8ca523f5e9506fed4657c9700eebdbec"),
        ("SHA-256", "753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1"),
    ],
)
def test_the_examples_of_rfc_7616(algorithm: str, response: str) -> None:
    authenticator = Authenticator(Credentials("Mufasa", "Circle of Life"), lambda: CNONCE)
    assert authenticator.choose(parse_challenges([MUFASA.format(algorithm)]))
    header = authenticator.header("GET", "/dir/index.html") or ""
    assert f'response="{response}"' in header
    assert "nc=00000001" in header
    assert "nc=00000002" in (authenticator.header("GET", "/dir/index.html") or "")


def test_the_strongest_challenge_is_taken() -> None:
    values = ['Basic realm="x"', MUFASA.format("MD5"), MUFASA.format("SHA-256"), MUFASA.format("WHIRLPOOL")]
    for offered, scheme in ((values, "algorithm=SHA-256"), (values[:2], "algorithm=MD5"), (values[:1], "Basic ")):
        authenticator = Authenticator(Credentials("a", "b"))
        assert authenticator.choose(parse_challenges([", ".join(offered)]))
        assert scheme in (authenticator.header("DESCRIBE", "rtsp://h/") or "")


def test_a_challenge_that_cannot_be_met() -> None:
    assert not Authenticator(Credentials("a", "b")).choose(parse_challenges(["Negotiate", MUFASA.format("X")]))


def test_credentials_do_not_show() -> None:
    assert "secret" not in repr(Credentials("a", "secret"))


@given(st.text(max_size=200), st.text(max_size=20), st.text(max_size=20))
def test_whatever_is_challenged_the_answer_is_one_line(text: str, user: str, realm: str) -> None:
    authenticator = Authenticator(Credentials(user, "b"))
    for value in (text, f"Digest {text}", f'Digest realm="{realm}", nonce="n", {text}'):
        if authenticator.choose(parse_challenges([value])):
            header = authenticator.header("DESCRIBE", "rtsp://h/") or ""
            assert re.match("Digest |Basic ", header)
