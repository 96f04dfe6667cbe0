"""Visits to a device that speaks ONVIF, with everything that real ones get wrong."""

import io
import sys
from pathlib import Path

import pytest
from PIL import Image
from tests.media.devices.conftest import finished, visit
from tests.media.sources.rtsp.test_peers import GST, gst_rtsp_server, serving
from tests.peers.onvif_device import PASSWORD, USER, OnvifDevice, Quirks

from ronda.base.errors import BadInput
from ronda.bus.devices import DeviceJobState, VisitRecorder
from ronda.media.devices.desk import DeviceDesk

SECRET = "p%40ss%3A1"
NO_RTSP = "rtsp://127.0.0.1:1/live"


async def test_channels_with_their_streams_and_a_still_of_each(desk: DeviceDesk) -> None:
    device = OnvifDevice(NO_RTSP, channels=3)
    async with device.running():
        job = await visit(desk, device)
    assert (job.state, job.done, job.total) == (DeviceJobState.DONE, 3, 3), job.problem
    recorder = job.recorder
    assert recorder is not None
    assert (recorder.how, recorder.brand, recorder.model, recorder.serial) == ("onvif", "Contoh", "NVR-4", "SN<1>")
    assert recorder.clock_offset_s == pytest.approx(0, abs=2)
    assert not recorder.notes
    first = recorder.channels[0]
    assert (first.number, first.name, first.codec, first.width, first.height) == (
        1, "Kamera 1 <gang>", "h265", 1920, 1080,
    )  # fmt: skip
    assert first.url == f"rtsp://{USER}:{SECRET}@127.0.0.1:1/live"
    assert first.sub_url == first.url
    assert [channel.still for channel in recorder.channels] == [True] * 3
    with Image.open(io.BytesIO(desk.still(job.job, 2))) as still:
        assert (still.format, still.size) == ("JPEG", (320, 180))
    assert SECRET not in repr(job)
    assert PASSWORD not in repr(job)


@pytest.mark.parametrize(
    ("quirks", "note"),
    [
        (Quirks(named_host="10.99.99.99"), "names its streams by 10.99.99.99"),
        (Quirks(media2_broken=True), "Media2 is announced and does not work"),
        (Quirks(media2=False), None),
        (Quirks(services=False), None),
        (Quirks(clock_offset_s=-86_400 * 3), "its clock is -2"),
        (Quirks(auth="digest"), None),
        (Quirks(auth="none"), None),
        (Quirks(sub_profiles=False), None),
    ],
    ids=lambda value: str(value)[:40] if isinstance(value, Quirks) else "",
)
async def test_what_devices_get_wrong_is_set_right_and_told(desk: DeviceDesk, quirks: Quirks, note: str | None) -> None:
    device = OnvifDevice(NO_RTSP, quirks=quirks)
    async with device.running():
        job = await visit(desk, device)
    recorder = job.recorder
    assert recorder is not None, job.problem
    assert [channel.still for channel in recorder.channels] == [True, True]
    assert all("@127.0.0.1:1/" in channel.url for channel in recorder.channels)
    assert (recorder.channels[0].sub_url is None) is not quirks.sub_profiles
    assert not recorder.notes if note is None else note in " ".join(recorder.notes)
    assert device.refused == 0


@pytest.mark.parametrize("auth", ["wsse", "digest"])
async def test_a_refused_login_is_told_and_not_tried_again(desk: DeviceDesk, auth: str) -> None:
    device = OnvifDevice(NO_RTSP, quirks=Quirks(auth=auth))
    async with device.running():
        job = await visit(desk, device, password="wrong")
        assert job.state is DeviceJobState.FAILED
        assert "refuses the user name or password" in (job.problem or "")
        assert "lock" in (job.mend or "")
        assert device.refused == 1
        again = await visit(desk, device, password="wrong")
        assert "a moment ago" in (again.problem or "")
        assert device.refused == 1
        assert (await visit(desk, device)).state is DeviceJobState.DONE  # the right one is let through at once


async def test_a_device_that_wants_a_login_says_so_to_somebody_without(desk: DeviceDesk) -> None:
    device = OnvifDevice(NO_RTSP)
    async with device.running():
        job = await visit(desk, device, user="", password="")
    assert "refuses" in (job.problem or "")


@pytest.mark.parametrize("answer", ["html", "endless", "bomb"])
async def test_what_is_no_recorder_is_told_quickly(desk: DeviceDesk, answer: str) -> None:
    device = OnvifDevice(NO_RTSP, quirks=Quirks(answer=answer))
    async with device.running():
        job = await visit(desk, device)
    assert job.state is DeviceJobState.FAILED
    assert job.problem
    assert job.mend


async def test_nobody_there(desk: DeviceDesk, free_port: object) -> None:
    assert callable(free_port)
    device = OnvifDevice(port=free_port())
    job = await visit(desk, device)
    assert "does not answer" in (job.problem or "")


@pytest.mark.parametrize(
    ("address", "reason"),
    [
        ("", "names no host"),
        ("ftp://10.0.0.1/", "not the address of a recorder"),
        ("http://u:p@10.0.0.1/", "holds a user name"),
        ("10.0.0.1:99999", "wrong port"),
        ("10.0.0.1 ; rm -rf /", "not an address"),
    ],
)
async def test_bad_addresses(desk: DeviceDesk, address: str, reason: str) -> None:
    with pytest.raises(BadInput, match=reason):
        desk.visit(VisitRecorder(address=address))


@gst_rtsp_server
async def test_a_still_comes_from_the_stream_where_snapshots_do_not_work(desk: DeviceDesk) -> None:
    async with serving("/usr/bin/python3", str(GST), "--auth", "digest") as url:
        device = OnvifDevice(url, channels=1, quirks=Quirks(snapshots_work=False))
        async with device.running():
            job = await visit(desk, device)
    assert job.recorder is not None
    assert job.recorder.channels[0].still, job.recorder.channels[0].problem
    with Image.open(io.BytesIO(desk.still(job.job, 1))) as still:
        assert still.size == (320, 180)


@gst_rtsp_server
async def test_a_recorder_without_onvif_is_known_by_its_makers_paths(desk: DeviceDesk) -> None:
    paths = [f"/Streaming/Channels/{channel}0{profile}" for channel in (1, 2, 4) for profile in (1, 2)]
    mounts = [word for path in paths for word in ("--mount", path)]
    async with serving("/usr/bin/python3", str(GST), "--auth", "basic", *mounts) as url:
        address = url.removesuffix("/live")
        asked = VisitRecorder(address=address, username=USER, password=PASSWORD)
        job = await finished(desk, desk.visit(asked), 40)
        refused = await finished(desk, desk.visit(asked.model_copy(update={"password": "wrong"})))
    recorder = job.recorder
    assert recorder is not None, job.problem
    assert (recorder.how, [channel.number for channel in recorder.channels]) == ("hikvision", [1, 2, 4])
    assert all(channel.still for channel in recorder.channels)
    assert recorder.channels[2].sub_url == address.replace("//", f"//{USER}:{SECRET}@") + "/Streaming/Channels/402"
    assert "does not accept" in (refused.problem or "")


async def test_a_device_by_another_hand(desk: DeviceDesk) -> None:
    """The independent device of the package `ipycam`."""
    script = Path(__file__).parents[2] / "peers" / "ipycam_device.py"
    async with serving(sys.executable, str(script)) as address:
        asked = VisitRecorder(address=address, username=USER, password=PASSWORD)
        refused = await finished(desk, desk.visit(asked.model_copy(update={"password": "wrong"})))
        job = await finished(desk, desk.visit(asked))
    assert "refuses" in (refused.problem or "")
    assert job.recorder is not None, job.problem
    (channel,) = job.recorder.channels
    assert (job.recorder.how, job.recorder.brand, channel.width) == ("onvif", "PythonCam", 1920)
    assert channel.url == f"rtsp://{USER}:{SECRET}@127.0.0.1:8554/video_main"
    assert channel.sub_url == f"rtsp://{USER}:{SECRET}@127.0.0.1:8554/video_sub"
