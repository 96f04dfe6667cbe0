"""Your own picture: a file becomes a camera, or nothing is left of it."""

from pathlib import Path

import pytest
from tests.web.conftest import City

from ronda.bus.contract import ProbeReport

VIDEO = b"\x00\x00\x00\x18ftypmp42" + bytes(range(256)) * 2_000
OWN = "/api/v1/cameras/own"


def kept(city: City, tmp_path: Path) -> list[Path]:
    assert city.parts.own
    folder = tmp_path / "own"
    return sorted(folder.iterdir()) if folder.exists() else []


async def test_a_dropped_video_is_a_camera(city: City, tmp_path: Path) -> None:
    admin = await city.admin()
    files = {"file": ("Pasar Johar (1).MP4", VIDEO, "video/mp4")}
    answer = await admin.post(OWN, files=files, data={"name": "Pasar Johar"})
    assert answer.status_code == 201
    camera = answer.json()
    assert camera["id"].startswith("pasar-johar-")
    assert camera["name"] == "Pasar Johar"
    assert camera["recording"]["mode"] == "continuous"
    (file,) = kept(city, tmp_path)
    assert file.name == f"{camera['id']}.mp4"
    assert file.read_bytes() == VIDEO
    assert city.node.probed == [f"file://{file}"]
    assert city.centre.cameras.get(camera["id"]).spec().url == f"file://{file}"

    renamed = await admin.patch(f"/api/v1/cameras/{camera['id']}", json={"name": "x", "url": camera["url"]})
    assert renamed.status_code == 200
    assert (await admin.delete(f"/api/v1/cameras/{camera['id']}")).status_code == 204
    assert kept(city, tmp_path) == []


async def test_the_name_may_come_after_the_file_or_be_the_files(city: City) -> None:
    admin = await city.admin()
    after = {"file": ("a.mp4", VIDEO), "name": (None, b"Gerbang")}
    assert (await admin.post(OWN, files=after)).json()["name"] == "Gerbang"
    assert (await admin.post(OWN, files={"file": ("pagi hari.mp4", VIDEO)})).json()["name"] == "pagi hari"


@pytest.mark.parametrize(
    "name", ["../../etc/cron.d/x", "..", "/etc/passwd", "a\x00b.mp4", "<script>.mp4", "x" * 300, ".mp4"]
)
async def test_the_senders_file_name_decides_nothing(city: City, tmp_path: Path, name: str) -> None:
    admin = await city.admin()
    answer = await admin.post(OWN, files={"file": (name, VIDEO)})
    assert answer.status_code == 201, answer.text
    (file,) = kept(city, tmp_path)
    assert file.parent == tmp_path / "own"
    assert file.stem == answer.json()["id"]


async def test_what_is_no_video_leaves_nothing(city: City, tmp_path: Path) -> None:
    admin = await city.admin()
    city.node.report = ProbeReport(ok=False, url="", problem="no video track", mend="choose another file")
    answer = await admin.post(OWN, files={"file": ("a.mp4", b"a letter")})
    assert answer.status_code == 400
    assert "no video track" in answer.json()["detail"]
    assert answer.json()["mend"] == "choose another file"
    assert kept(city, tmp_path) == []
    assert city.centre.cameras.all() == ()


async def test_too_large_and_empty_and_absent(city: City, tmp_path: Path) -> None:
    admin = await city.admin()
    assert (await admin.post(OWN, files={"file": ("a.mp4", bytes(4 * 1024 * 1024))})).status_code == 413
    assert (await admin.post(OWN, files={"file": ("a.mp4", bytes(3 * 1024 * 1024 + 10))})).status_code == 400
    assert (await admin.post(OWN, files={"file": ("a.mp4", b"")})).status_code == 400
    assert (await admin.post(OWN, files={"other": ("a.mp4", VIDEO)})).status_code == 400
    assert (await admin.post(OWN, data={"file": "text"})).status_code == 400
    assert (await admin.post(OWN, content=b"x", headers={"content-type": "multipart/form-data"})).status_code == 400
    two: list[tuple[str, tuple[str, bytes]]] = [("file", ("a.mp4", VIDEO)), ("file", ("b.mp4", VIDEO))]
    assert (await admin.post(OWN, files=two)).status_code == 400
    assert kept(city, tmp_path) == []


async def test_a_form_that_breaks_off_leaves_nothing(city: City, tmp_path: Path) -> None:
    admin = await city.admin()
    head = b'--B\r\nContent-Disposition: form-data; name="file"; filename="a.mp4"\r\n\r\n'
    headers = {"content-type": "multipart/form-data; boundary=B"}
    for body in (head + VIDEO, b"--B\r\n" + b"X" * 5_000, b"nonsense", head + b"\r\n--Bx"):
        assert (await admin.post(OWN, content=body, headers=headers)).status_code == 400
    assert kept(city, tmp_path) == []


async def test_strangers_bring_nothing(public_city: City, tmp_path: Path) -> None:
    answer = await public_city.client().post(OWN, files={"file": ("a.mp4", VIDEO)})
    assert answer.status_code == 401
    assert not (tmp_path / "public" / "own").exists()


async def test_a_device_is_a_camera_under_a_made_up_id(city: City) -> None:
    admin = await city.admin()
    answer = await admin.post(f"{OWN}-device", json={"name": "HP Pak Slamet"})
    assert answer.status_code == 201
    camera = answer.json()
    assert camera["id"].startswith("hp-pak-slamet-")
    assert camera["name"] == "HP Pak Slamet"
    assert camera["url"] == f"device:{camera['id']}"
    assert camera["recording"]["mode"] == "continuous"
    assert city.centre.cameras.get(camera["id"]).spec().url == f"device:{camera['id']}"
    same = await admin.patch(f"/api/v1/cameras/{camera['id']}", json={"url": camera["url"], "name": "x"})
    assert same.status_code == 200

    nameless = (await admin.post(f"{OWN}-device")).json()
    assert nameless["id"].startswith("device-")
    assert (await city.client().post(f"{OWN}-device")).status_code == 401


async def test_a_device_sends_for_one_camera_and_its_main_profile(city: City) -> None:
    admin = await city.admin()
    cameras = "/api/v1/cameras"
    assert (await admin.post(cameras, json={"id": "gate", "url": "device:gate"})).status_code == 201
    for wrong in (
        {"id": "yard", "url": "device:gate"},
        {"id": "yard", "url": "device:"},
        {"id": "yard", "url": "device://gate"},
        {"id": "yard", "url": "rtsp://10.0.0.5/1", "sub_url": "device:yard"},
    ):
        answer = await admin.post(cameras, json=wrong)
        assert answer.status_code == 400, wrong
        assert answer.json()["mend"]
    assert (await admin.patch(f"{cameras}/gate", json={"url": "device:yard"})).status_code == 400
