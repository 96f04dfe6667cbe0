"""Settings: what overrides what, where each comes from, and what is said of a wrong one."""

from pathlib import Path

import pytest

from ronda.base.errors import BadInput
from ronda.config.fields import all_settings
from ronda.config.load import load
from ronda.config.models import Settings
from ronda.config.show import show


def test_defaults(tmp_path: Path) -> None:
    settings = load(tmp_path, {})
    assert (settings.host, settings.port, settings.public) == ("127.0.0.1", 8700, False)
    assert settings.archive.volumes == (tmp_path / "archive",)
    assert settings.archive.segment.seconds == 300
    assert settings.timezone.name == "Asia/Jakarta"
    assert settings.origin("port") == "default"


def test_the_command_line_wins_over_variables_and_those_over_the_file(tmp_path: Path) -> None:
    (tmp_path / "ronda.toml").write_text('port = 1\nhost = "10.0.0.1"\npublic = true\n[archive]\nquota = "2 GB"\n')
    settings = load(tmp_path, {"RONDA_PORT": "2", "RONDA_HOST": "10.0.0.2"}, {"port": "3", "https": None})
    assert (settings.port, settings.host, settings.public) == (3, "10.0.0.2", True)
    assert settings.archive.quota
    assert settings.archive.quota.bytes == 2 * 10**9
    origins = {key: settings.origin(key) for key in ("port", "host", "public", "archive.quota", "https")}
    assert origins == {
        "port": "--port",
        "host": "RONDA_HOST",
        "public": "ronda.toml",
        "archive.quota": "ronda.toml",
        "https": "default",
    }


@pytest.mark.parametrize(
    ("environ", "words"),
    [
        ({"RONDA_PORT": "high"}, ["RONDA_PORT", "'high'", "0"]),
        ({"RONDA_PORT": "70000"}, ["RONDA_PORT", "65535"]),
        ({"RONDA_PROT": "1"}, ["RONDA_PROT", "RONDA_PORT?"]),
        ({"RONDA_ARCHIVE_QUOTA": "much"}, ["RONDA_ARCHIVE_QUOTA", "'much'", "500 GB"]),
        ({"RONDA_TIMEZONE": "Mars/Base"}, ["RONDA_TIMEZONE", "Asia/Jakarta"]),
        ({"RONDA_PUBLIC": "perhaps"}, ["RONDA_PUBLIC", "true or false"]),
        ({"RONDA_LOG_LEVEL": "loud"}, ["RONDA_LOG_LEVEL", "one of debug, info, warning, error"]),
        ({"RONDA_STREAMS_DIALS": "0"}, ["RONDA_STREAMS_DIALS", "from 1 to 1000"]),
    ],
)
def test_a_wrong_variable_is_named_with_what_is_allowed(
    tmp_path: Path, environ: dict[str, str], words: list[str]
) -> None:
    with pytest.raises(BadInput) as raised:
        load(tmp_path, environ)
    for word in words:
        assert word in str(raised.value)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("prot = 1", ["ronda.toml: prot", "did you mean port?"]),
        ("[archive]\nqota = '1 GB'", ["archive.qota", "archive.quota?"]),
        ("[archiv]\nquota = '1 GB'", ["archiv"]),
        ("archive = 5", ["archive is not a setting"]),
        ("quota = '1 GB'", ["archive.quota?"]),
        ("[archive]\nvolumes = []", ["archive.volumes", "a list"]),
        ("[archive]\nsync = 10", ["archive.sync", "such as 10 s"]),
        ("data = '/x'", ["data is not a setting"]),
        ("port = ", ["is not TOML"]),
        ("[port]\nx = 1", ["port", "a port from"]),
        ("[archive.deep]\nx = 1", ["archive.deep is not a setting"]),
    ],
)
def test_a_wrong_file_is_named_with_its_key(tmp_path: Path, text: str, words: list[str]) -> None:
    (tmp_path / "ronda.toml").write_text(text)
    with pytest.raises(BadInput) as raised:
        load(tmp_path, {})
    for word in [*words, str(tmp_path / "ronda.toml")]:
        assert word in str(raised.value)


def test_variables_of_others_are_left_alone(tmp_path: Path) -> None:
    load(tmp_path, {"RONDA_DATA": "/x", "RONDA_SHARED": "/y", "RONDA_TEST_REPORT": "/z"})


def test_a_relative_volume_lies_in_the_data_folder(tmp_path: Path) -> None:
    settings = load(tmp_path, {"RONDA_ARCHIVE_VOLUMES": "one:/mnt/two"})
    assert settings.archive.volumes == (tmp_path / "one", Path("/mnt/two"))


def test_the_password_is_shown_nowhere(tmp_path: Path) -> None:
    settings = load(tmp_path, {"RONDA_ADMIN_PASSWORD": "sangat-rahasia"})
    assert settings.admin_password
    assert settings.admin_password.get_secret_value() == "sangat-rahasia"
    assert "sangat-rahasia" not in repr(settings) + str(show(settings))
    with pytest.raises(BadInput) as raised:
        load(tmp_path, {}, {"admin_password": ["sangat-rahasia"]})
    assert "sangat-rahasia" not in str(raised.value)


def test_every_setting_says_what_it_is_and_what_is_allowed() -> None:
    for setting in all_settings():
        assert setting.field.description, setting.key
        assert setting.allowed, setting.key


def test_every_setting_is_shown_with_its_origin(tmp_path: Path) -> None:
    rows = show(load(tmp_path, {"RONDA_PORT": "9"}))
    assert [key for key, _, _ in rows] == [setting.key for setting in all_settings(Settings)]
    assert ("port", "9", "RONDA_PORT") in rows


def test_the_address_of_the_database_is_shown_without_its_password(tmp_path: Path) -> None:
    address = "postgresql://ronda:KenariKuning@10.0.0.9/ronda"
    rows = {key: value for key, value, _ in show(load(tmp_path, {"RONDA_DATABASE_URL": address}))}
    assert rows["database.url"] == "postgresql://***@10.0.0.9/ronda"
    with pytest.raises(BadInput, match=r"RONDA_DATABASE_URL.*postgresql://") as refused:
        load(tmp_path, {"RONDA_DATABASE_URL": "postgresql://ronda:KenariKuning@10.0.0.9"})
    assert "KenariKuning" not in str(refused.value)
