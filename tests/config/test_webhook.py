"""An address that heads are posted to: taken as it is, shown without what may be secret."""

from pathlib import Path

import pytest

from ronda.base.errors import BadInput
from ronda.config.load import load
from ronda.config.show import show
from ronda.config.webhook import Webhook


def test_an_address_is_kept_whole_and_shown_without_its_secrets(tmp_path: Path) -> None:
    url = "https://user:rahasia@auditor.example:8443/heads/T0KEN?key=x"
    settings = load(tmp_path, {"RONDA_ACCESSLOG_WEBHOOK": url})
    assert settings.accesslog.webhook == Webhook(url)
    shown = {key: value for key, value, _ in show(settings)}["accesslog.webhook"]
    assert shown == "https://auditor.example:8443/***"
    assert "rahasia" not in repr(settings.accesslog)


@pytest.mark.parametrize(
    "text",
    ["", "auditor.example", "ftp://x/", "http://", "https://x y/", "http://x:0/", "http://x:99999/", "\n", 7, None],
)
def test_what_is_no_address(text: object) -> None:
    with pytest.raises(ValueError, match=r"address|[Pp]ort"):
        Webhook.parse(text)


def test_a_wrong_address_is_named(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="RONDA_ACCESSLOG_WEBHOOK"):
        load(tmp_path, {"RONDA_ACCESSLOG_WEBHOOK": "auditor.example"})
