"""No password of a camera or recorder can be found in the database, not even one that was there before."""

import asyncio
from functools import partial
from pathlib import Path

import sqlalchemy as sa
from tests.store.databases import server

from ronda.base.time import SystemClock
from ronda.city.area import Area
from ronda.city.city import City
from ronda.city.edit import Edit
from ronda.city.recorder import Recorder
from ronda.city.registry import CameraChange, NewCamera
from ronda.city.site import Site, SiteKind
from ronda.store.database import Store

PASSWORDS = ("hunter2-Kamera", "dalam-jalur-3", "rahasia-Perekam", "sandi-lama-9")
IN_PATH = "rtsp://10.0.0.7:554/user=tamu_password=dalam-jalur-3_channel=1_stream=0.sdp"
PLACES = Edit(
    areas=[Area("33.74", "Semarang")],
    sites=[Site("pos", "Pos", SiteKind.RT, "33.74")],
    recorders=[Recorder("nvr", "pos", username="juragan", password=PASSWORDS[2])],
)


async def files_of(kind: str, folder: Path) -> bytes:
    """Return every byte of the database as it lies on the disk."""
    if kind == "postgresql":
        await asyncio.to_thread(server().execute, "CHECKPOINT")
        folder = server().folder / "data" / "base"
    return b"".join(path.read_bytes() for path in folder.rglob("*") if path.is_file() and path.name != "secret.key")


async def test_no_password_lies_in_the_database(store: Store, database_kind: str, tmp_path: Path) -> None:
    city = await City.open(store, SystemClock())
    await city.apply(PLACES, "test")
    await city.cameras.add(NewCamera("a", f"rtsp://juragan:{PASSWORDS[0]}@10.0.0.5/1", sub_url=IN_PATH), "test")
    await city.cameras.change("a", CameraChange(url=f"rtsp://juragan:{PASSWORDS[3]}@10.0.0.5/1"), "test")
    again = await City.open(store, SystemClock())
    assert again.cameras.get("a").spec().url == f"rtsp://juragan:{PASSWORDS[3]}@10.0.0.5:554/1".replace(":554", "")
    assert again.cameras.get("a").spec().sub_url == IN_PATH.replace(":554", "")
    assert again.recorders.get("nvr") == PLACES.recorders[0]
    held = await files_of(database_kind, tmp_path)
    assert b"10.0.0.5" in held
    assert not [word for word in (*PASSWORDS, "juragan") if word.encode() in held]


COLUMNS = "id, name, node, recording, simulated, created, changed"
OLD = (
    f"INSERT INTO cameras ({COLUMNS}) VALUES ('a', 'A', 'local', '{{\"mode\":\"off\"}}', false, 1, 1)",
    "INSERT INTO camera_addresses VALUES ('a', 'main', 'rtsp://10.0.0.5/1', 'admin', 'sandi-lama-9')",
    f"INSERT INTO camera_addresses VALUES ('a', 'sub', '{IN_PATH}', NULL, NULL)",
)


async def test_what_older_versions_wrote_is_sealed_at_the_first_opening(
    store_url: str, database_kind: str, tmp_path: Path
) -> None:
    key = tmp_path / "secret.key"
    store = await Store.open(store_url, key)
    for statement in OLD:
        await store.run(partial(_execute, statement))
    await store.close()

    store = await Store.open(store_url, key)
    city = await City.open(store, SystemClock())
    assert city.cameras.get("a").spec().url == "rtsp://admin:sandi-lama-9@10.0.0.5/1"
    assert city.cameras.get("a").spec().sub_url == IN_PATH.replace(":554", "")
    held = await files_of(database_kind, tmp_path)
    assert not [word for word in PASSWORDS if word.encode() in held]
    assert (await City.open(store, SystemClock())).cameras.get("a") == city.cameras.get("a")
    await store.close()


async def test_a_lost_key_costs_the_credentials_alone_until_it_comes_back(store_url: str, tmp_path: Path) -> None:
    key, other = tmp_path / "secret.key", tmp_path / "other.key"
    store = await Store.open(store_url, key)
    city = await City.open(store, SystemClock())
    await city.apply(PLACES, "test")
    await city.cameras.add(NewCamera("a", f"rtsp://juragan:{PASSWORDS[0]}@10.0.0.5/1", sub_url=IN_PATH), "test")
    await store.close()

    store = await Store.open(store_url, other)
    city = await City.open(store, SystemClock())
    camera = city.cameras.get("a")
    assert camera.spec().url.endswith("@10.0.0.5/1")
    assert PASSWORDS[0] not in camera.spec().url
    assert city.recorders.get("nvr").password != PASSWORDS[2]
    assert store.secrets.lost
    await city.cameras.change("a", CameraChange(name="Renamed"), "test")
    await store.close()

    key.write_text(other.read_text() + key.read_text())
    store = await Store.open(store_url, key)
    city = await City.open(store, SystemClock())
    assert city.cameras.get("a").spec().url == f"rtsp://juragan:{PASSWORDS[0]}@10.0.0.5/1"
    assert city.cameras.get("a").spec().sub_url == IN_PATH.replace(":554", "")
    assert city.recorders.get("nvr").password == PASSWORDS[2]
    old = await store.read(lambda connection: connection.execute(sa.text(f"{SEALED}{store.secrets.key_id}:%'")).all())
    assert old == []
    await store.close()


SEALED = "SELECT camera FROM camera_addresses WHERE password NOT LIKE 'sealed:"


def _execute(statement: str, connection: sa.Connection) -> None:
    connection.execute(sa.text(statement.replace(":", "\\:")))
