"""The register: added, changed, removed, remembered, with a history that tells no secret."""

import json

import pytest
import sqlalchemy as sa

from ronda.base.errors import BadInput, Conflict, NotFound
from ronda.base.time import SystemClock
from ronda.bus.contract import Recording, RecordingMode
from ronda.city.camera import AddressPart
from ronda.city.registry import CameraChange, CameraRegistry, NewCamera
from ronda.store.database import Store

URL = "rtsp://admin:hunter2@10.0.0.5/ch1"
SUB = "rtsp://viewer:other9@10.0.0.5/ch1/sub"


@pytest.fixture
async def registry(store: Store) -> CameraRegistry:
    return await CameraRegistry.open(store, SystemClock())


async def test_what_was_added_is_there_after_a_restart(store: Store, registry: CameraRegistry) -> None:
    added = await registry.add(NewCamera("cam-b", URL, "Simpang  Lima", SUB, simulated=True), "admin")
    await registry.add(NewCamera("cam-a", "rtsp://10.0.0.6/1"), "admin")
    again = await CameraRegistry.open(store, SystemClock())
    assert [camera.id for camera in again.all()] == ["cam-a", "cam-b"] == [c.id for c in registry.all()]
    assert again.get("cam-b") == added == registry.get("cam-b")
    assert added.name == "Simpang Lima"
    assert added.spec().url == URL
    assert added.spec().sub_url == SUB
    assert again.get("cam-a").name == "cam-a"


async def test_secrets_lie_in_columns_of_their_own(store: Store, registry: CameraRegistry) -> None:
    await registry.add(NewCamera("a", URL), "admin")
    await registry.change("a", CameraChange(name="b"), "admin")
    await registry.remove("a", "admin")
    every = sa.text("SELECT * FROM changes")
    changes = json.dumps([list(row) for row in await store.read(lambda connection: connection.execute(every).all())])
    assert "hunter2" not in changes
    assert "***@10.0.0.5" in changes


async def test_masked_addresses_keep_their_secrets_profile_by_profile(registry: CameraRegistry) -> None:
    await registry.add(NewCamera("a", URL, sub_url=SUB), "admin")
    shown = registry.get("a").addresses
    change = CameraChange(url=shown[AddressPart.MAIN].redacted, sub_url=shown[AddressPart.SUB].redacted, name="x")
    assert (await registry.change("a", change, "admin")).spec().model_dump(include={"url", "sub_url"}) == {
        "url": URL,
        "sub_url": SUB,
    }
    moved = await registry.change("a", CameraChange(url="rtsp://***@10.0.0.5/ch2"), "admin")
    assert moved.spec().url == "rtsp://admin:hunter2@10.0.0.5/ch2"
    assert (await registry.change("a", CameraChange(sub_url=""), "admin")).spec().sub_url is None


async def test_history_tells_who_when_from_what_to_what(registry: CameraRegistry) -> None:
    await registry.add(NewCamera("a", URL), "admin")
    off = Recording(mode=RecordingMode.OFF)
    await registry.change("a", CameraChange(recording=off), "siti")
    await registry.change("a", CameraChange(recording=off), "nobody changes nothing")
    await registry.remove("a", "budi")
    history = await registry.history("a")
    assert [(change.action, change.by) for change in history] == [
        ("added", "admin"),
        ("changed", "siti"),
        ("removed", "budi"),
    ]
    assert history[1].before is not None
    assert history[1].after is not None
    assert history[1].before["recording"]["mode"] == "continuous"
    assert history[1].after["recording"]["mode"] == "off"


@pytest.mark.parametrize("id", ["", "../etc", "A", "a/b", "a b", "-a", "x" * 64, "a\n", "a%00", "ä"])
async def test_bad_ids(registry: CameraRegistry, id: str) -> None:
    with pytest.raises(BadInput):
        await registry.add(NewCamera(id, URL), "admin")
    assert registry.all() == ()


@pytest.mark.parametrize("name", ["a\x00b", "x" * 201, "\u202eabc"])
async def test_bad_names(registry: CameraRegistry, name: str) -> None:
    with pytest.raises(BadInput):
        await registry.add(NewCamera("a", URL, name), "admin")


async def test_refusals_change_nothing(registry: CameraRegistry) -> None:
    before = await registry.add(NewCamera("a", URL), "admin")
    with pytest.raises(Conflict):
        await registry.add(NewCamera("a", "rtsp://elsewhere/1"), "admin")
    with pytest.raises(BadInput):
        await registry.change("a", CameraChange(name="new", url="gopher://x"), "admin")
    with pytest.raises(NotFound):
        await registry.change("b", CameraChange(name="new"), "admin")
    with pytest.raises(NotFound):
        await registry.remove("b", "admin")
    assert registry.get("a") == before
    assert len(await registry.history("a")) == 1


async def test_text_of_all_kinds_is_kept_as_it_is(registry: CameraRegistry) -> None:
    name = "'; DROP TABLE cameras; -- <script>alert(1)</script> Jl. Pandanaran № 5 🚦"
    assert (await registry.add(NewCamera("a", URL, name), "admin")).name == name


async def test_the_servers_files_are_for_the_server_itself(registry: CameraRegistry) -> None:
    with pytest.raises(BadInput, match="file"):
        await registry.add(NewCamera("a", "file:///etc/passwd"), "admin")
    await registry.add(NewCamera("a", "file:///srv/loop.mp4"), "local", local_files=True)
    await registry.change("a", CameraChange(name="still there", url="file:///srv/loop.mp4"), "admin")
    with pytest.raises(BadInput, match="file"):
        await registry.change("a", CameraChange(url="file:///etc/shadow"), "admin")
