"""The demonstration's city in the registers: loaded once, found again, led to the simulator's ports."""

import json
import time
from pathlib import Path

from tests.web.conftest import PASSWORD, open_city
from tests.web.conftest import City as Opened

from ronda.bus.contract import RecordingMode
from ronda.city.camera import AddressPart, CameraStage
from ronda.city.publication import PublicationMode
from ronda.city.registry import CameraChange, NewCamera
from ronda.cli.demo_city import bring_the_city
from ronda.cli.demo_people import invite_all
from ronda.upkeep.reports import ReportState


async def publication_and_agreements_hold_and_everybody_is_invited(opened: Opened) -> None:
    centre, city = opened.centre, opened.centre.city
    people = await invite_all(opened.people, city, PASSWORD)
    assert len(people) == 12 and len(await invite_all(opened.people, city, PASSWORD)) == 12
    by_partner = {
        site.partner: place.publication.mode
        for site in city.sites
        if site.partner and (place := city.place(f"{site.id}-1")) is not None and place.agreement
    }
    assert by_partner["hotel-graha-pemuda"] is PublicationMode.NO
    assert by_partner["ruko-kartini-makmur"] is by_partner["griya-tlaga-asri"] is PublicationMode.NO
    assert by_partner["mal-lima-raya"] is PublicationMode.LIVE
    seen = {
        id: place.publication.mode
        for id in ("jalan-prof-hamka-turunan-1", "pasar-kobong-3", "turunan-gombel-1", "pasar-kobong-1")
        if (place := city.place(id)) is not None and centre.cameras.get(id).pulled
    }
    assert list(seen.values()) == [
        PublicationMode.DELAYED, PublicationMode.NO, PublicationMode.HOURS, PublicationMode.LIVE,
    ]  # fmt: skip


async def test_the_city_is_loaded_once_and_an_older_demonstration_gains_it(tmp_path: Path) -> None:
    async with open_city(tmp_path) as opened:
        centre, city, parts = opened.centre, opened.centre.city, opened.parts
        old = NewCamera("krapyak-rt03-rw04-1", "rtsp://127.0.0.1:1/nvr-0001/ch1/main", "lama", simulated=True)
        before = await centre.add_camera(old, "demo")
        began = time.monotonic()
        assert await bring_the_city(parts, 9000, 9001)
        assert time.monotonic() - began < 60  # ten seconds on an idle machine
        assert len(city.areas) == 12_332 and len(city.recorders) == 7_862 and len(centre.cameras.all()) == 14_000

        camera = centre.cameras.get("krapyak-rt03-rw04-1")
        assert camera.created_90k == before.created_90k and camera.recording.mode is RecordingMode.CONTINUOUS
        assert camera.addresses[AddressPart.SNAPSHOT].redacted == "http://127.0.0.1:9001/nvr-0001/ch1/snapshot.jpg"
        place = city.place(camera.id)
        assert place and place.area == "33.74.13.1003.rw04.rt03" and place.publication.mode is PublicationMode.LIVE
        idle = [one for one in centre.cameras.all() if CameraStage.CONNECTED not in one.papers.stages]
        assert idle and not any(one.pulled for one in idle) and all(one.trouble for one in idle)
        recorded = sum(one.recording.mode is RecordingMode.CONTINUOUS for one in centre.cameras.all())
        assert recorded == 25  # the originals, and the one that residents see late

        figures = parts.figures.document
        assert figures["total"] == 14_000 and figures["simulated"] and 0.7 < figures["connected"] / 14_000 < 0.85
        assert len(figures["availability"]) == 57 and all(0.8 < day["share"] < 0.97 for day in figures["availability"])
        assert len(figures["evidence_requests"]) == 12
        waiting = await parts.reports.found(ReportState.NEW, "", 100, None)
        assert 0 < len(waiting) < 30 and all(report.simulated for report in waiting)

        await parts.portal.rebuild()
        found = json.loads(parts.portal.camera("simpang-lima-1"))
        assert found["kind"] == "crowd-centre" and found["mode"] == "live" and found["around"]
        assert len(parts.portal.map.compressed) < 400_000

        await publication_and_agreements_hold_and_everybody_is_invited(opened)

        # Somebody leads a camera elsewhere; a start at other ports leads back only what is the simulator's.
        await centre.change_camera("simpang-lima-1", CameraChange(url="rtsp://10.0.0.9/live"), "somebody")
        await centre.remove_camera("simpang-lima-2", "somebody")
        assert not await bring_the_city(parts, 9100, 9001)
        assert centre.cameras.get("simpang-lima-1").addresses[AddressPart.MAIN].host == "10.0.0.9"
        assert "simpang-lima-2" not in centre.cameras
        assert centre.cameras.get("krapyak-rt03-rw04-1").addresses[AddressPart.MAIN].port == 9100
        version = centre.cameras.version
        assert not await bring_the_city(parts, 9100, 9001) and centre.cameras.version == version


async def test_a_small_city_is_whole(tmp_path: Path) -> None:
    async with open_city(tmp_path) as opened:
        city = opened.centre.city
        assert await bring_the_city(opened.parts, 9000, 9001, 4)
        assert [camera.id for camera in opened.centre.cameras.all()] == [f"krapyak-rt03-rw04-{n}" for n in (1, 2, 3, 4)]
        assert {site.area for site in city.sites} == {"33.74.13.1003.rw04.rt03"}
        assert len(city.areas) > 195  # every kelurahan, and all RT of one
        assert city.place("krapyak-rt03-rw04-1").publication.mode is PublicationMode.LIVE  # type: ignore[union-attr]
        assert len(await invite_all(opened.people, city, PASSWORD)) == 12
        assert opened.parts.figures.document["total"] == 4
        assert not await bring_the_city(opened.parts, 9100, 9001, 4)
