"""Value types: what they accept, refuse and print."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ronda.config.database_url import DatabaseUrl
from ronda.config.duration import Duration
from ronda.config.flag import parse as parse_flag
from ronda.config.listen import host_name
from ronda.config.size import Size
from ronda.config.zone import Zone


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("10 s", 10), ("5min", 300), ("1.5 h", 5400), ("250 ms", 0.25), ("7 d", 604_800)],
)
def test_durations(text: str, seconds: float) -> None:
    assert Duration.parse(text).seconds == pytest.approx(seconds)


@pytest.mark.parametrize("text", ["", "10", "s", "0 s", "-1 s", "1 week", "1e3 s", 10, None, "10 s 5"])
def test_what_is_no_duration(text: object) -> None:
    with pytest.raises(ValueError, match="duration"):
        Duration.parse(text)


@pytest.mark.parametrize(
    ("text", "size"), [("2 GB", 2 * 10**9), ("500 MiB", 500 << 20), ("1tb", 10**12), ("1.5 kB", 1500), ("1 B", 1)]
)
def test_sizes(text: str, size: int) -> None:
    assert Size.parse(text).bytes == size


@pytest.mark.parametrize("text", ["", "2", "GB", "0 GB", "-1 GB", "2 XB", 5, None])
def test_what_is_no_size(text: object) -> None:
    with pytest.raises(ValueError, match="size"):
        Size.parse(text)


@given(st.integers(1, 10**16))
def test_a_size_reads_what_it_prints(size: int) -> None:
    assert Size.parse(str(Size(size))).bytes == size


@given(st.integers(1, 10**7))
def test_a_duration_reads_what_it_prints(milliseconds: int) -> None:
    duration = Duration(milliseconds / 1000)
    assert Duration.parse(str(duration)).seconds == pytest.approx(duration.seconds, rel=1e-5)


@pytest.mark.parametrize("name", ["Asia/Jakarta", "Europe/Berlin", "UTC"])
def test_zones(name: str) -> None:
    assert Zone.parse(name).info.key == name


@pytest.mark.parametrize("name", ["Asia/Semarang", "", "../etc/passwd", "/etc/localtime", "a\0b", 7])
def test_what_is_no_zone(name: object) -> None:
    with pytest.raises(ValueError, match="zone"):
        Zone.parse(name)


@pytest.mark.parametrize("host", ["127.0.0.1", "0.0.0.0", "::1", "::", "ronda.semarang.go.id", "localhost", "[::1]"])
def test_hosts(host: str) -> None:
    assert host_name(host) == host.strip("[]")


@pytest.mark.parametrize("host", ["", " ", "a b", "a/b", "http://a", "-a", "a_b", "x" * 300])
def test_what_is_no_host(host: str) -> None:
    with pytest.raises(ValueError, match="host"):
        host_name(host)


def test_flags() -> None:
    assert [parse_flag(word) for word in ("true", "YES", "on", "1", True)] == [True] * 5
    assert [parse_flag(word) for word in ("false", "no", "Off", "0", False)] == [False] * 5
    for word in ("", "maybe", 1, None):
        with pytest.raises(ValueError, match="true nor false"):
            parse_flag(word)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("postgresql://ronda:r@h-asia@10.0.0.9:5432/ronda", "postgresql://***@10.0.0.9:5432/ronda"),
        ("postgres://10.0.0.9/ronda", "postgres://10.0.0.9/ronda"),
        ("postgresql:///ronda?host=/run/postgresql", "postgresql:///ronda?host=/run/postgresql"),
        (
            "postgresql://h/ronda?sslmode=verify-full&password=rahasia&sslpassword=juga",
            "postgresql://h/ronda?sslmode=verify-full&password=***&sslpassword=***",
        ),
        ("sqlite:////srv/ronda.db", "sqlite:////srv/ronda.db"),
    ],
)
def test_a_database_prints_itself_without_its_password(text: str, shown: str) -> None:
    url = DatabaseUrl.parse(text)
    assert url.whole == text
    assert str(url) == shown
    assert "asia" not in repr(url)


@pytest.mark.parametrize("text", ["", "ronda", "mysql://h/x", "postgresql://h", "postgresql://h/", "sqlite:///x", 7])
def test_what_is_no_database(text: object) -> None:
    with pytest.raises(ValueError, match="database"):
        DatabaseUrl.parse(text)
