"""What must not be read anywhere is not there after redaction, however it was written."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ronda.base.redaction import MASK, redact, redact_all

HIDDEN = "Rahasia"
CASES = [
    "rtsp://admin:{}@10.0.0.5:554/live",
    "rtsp://admin:a/{}?x#y@10.0.0.5/live",
    "rtsp://admin:a@{}@10.0.0.5/live",
    "cannot open 'rtsp://admin:{}@h/1' and rtsp://b:{}@h/2",
    "rtsp://10.0.0.5/user=admin_password={}_channel=1_stream=0.sdp?real_stream",
    "rtsp://10.0.0.5/user=admin_password=a_{}_channel=1_stream=0.sdp",
    "http://10.0.0.5/video?user=admin&password={}/x#y&channel=1",
    "srt://10.0.0.5:9000?streamid=#!::u=me,{}&passphrase={}",
    "/media/gate/live?token={}",
    "Authorization: Bearer {}abcdefgh",
]


@pytest.mark.parametrize("text", CASES)
def test_credentials_are_hidden_however_they_are_written(text: str) -> None:
    shown = redact(text.replace("{}", HIDDEN))
    assert HIDDEN not in shown
    assert MASK in shown
    assert redact(shown) == shown


@pytest.mark.parametrize(
    "text", ["rtsp://10.0.0.5:554/live", "http://h/a@b", "mail a@b.c", "channel=1_stream=0", "a basic truth"]
)
def test_what_is_no_secret_stays(text: str) -> None:
    assert redact(text) == text


@given(st.text(st.characters(exclude_categories=["Z", "C"]), min_size=3, max_size=30))
def test_no_password_in_an_address_survives(password: str) -> None:
    assert redact(f"rtsp://admin:{password}@camera.invalid/") == f"rtsp://{MASK}@camera.invalid/"


def test_what_is_called_a_secret_is_hidden_whole_at_any_depth() -> None:
    shown = redact_all({"camera": "gate", "given": [{"password": HIDDEN, "days": 3}], "Token": HIDDEN})
    assert shown == {"camera": "gate", "given": [{"password": MASK, "days": 3}], "Token": MASK}
