"""The search in what was seen: what the built-in eye saw on footage, found on phone and desk, opened at its second."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Final

import av
import numpy as np
import pytest
from playwright.sync_api import Page, expect
from tests.browser import screen
from tests.browser.conftest import OpenPage
from tests.browser.kampung import Office
from tests.browser.test_access import grave
from tests.browser.test_alarms import GATE, STREET, Post, fits, opened
from tests.browser.town import PASSWORD, Film, wait_until

from ronda.base.time import HZ_90K, SystemClock
from ronda.bus.contract import Done, centre_subject
from ronda.bus.observations import OBSERVATIONS, EyeId, ObservationBatch, ObservationGap, SeenTrack, ShotName
from ronda.vision.configuration import Configuration
from ronda.vision.detectors.contract import Look
from ronda.vision.detectors.eyes import open_eye
from ronda.vision.picture import Picture
from ronda.vision.watching import Watch
from ronda.vision.worker.album import Album

PHONE: Final = {"width": 390, "height": 844}
DESK: Final = {"width": 1280, "height": 800}
VIDEO: Final = "street-corner-1.mp4"
DRAWN: Final = {
    "tier": "off",
    "lines": [
        {"name": "mulut gang", "start": [0.5, 0.2], "end": [0.5, 0.95], "forward": "masuk", "backward": "keluar"}
    ],
    "zones": [{"name": "tepi jalan", "points": [[0.0, 0.5], [1.0, 0.5], [1.0, 1.0], [0.0, 1.0]]}],
}
"""For the search's form; nobody looks at the camera, so that what is found is what the test tells."""
MINUTE: Final = 60 * HZ_90K
_SECONDS: Final = 9
"""So much of the footage is looked at."""


@pytest.fixture(scope="module")
def post(tmp_path_factory: pytest.TempPathFactory, shared: Path, port_of_session: Callable[[], int]) -> Iterator[Post]:
    """A server with one recorded camera, an operator, and an investigator, who must say what for."""
    folder = tmp_path_factory.mktemp("post")
    film = Film(shared, VIDEO, port_of_session(), folder)
    post = Post(folder, port_of_session())
    try:
        film.start()
        post.start()
        office = Office(post)  # type: ignore[arg-type]  # it needs the address only
        office.settle()
        office.send("POST", "cameras", {"id": GATE, "url": film.url, "name": STREET})
        office.send("PUT", f"cameras/{GATE}/place", {"spot": {"site": "krapyak-rt3", "bearing_deg": 90}})
        office.send("PUT", f"cameras/{GATE}/watching", DRAWN)
        for name, role in (("joko", "operator"), ("budi", "investigator")):
            token = office.send("POST", "invitations", {"role": role, "scope": "city", "value": ""})["token"]
            office.send("POST", f"join/{token}", {"name": name, "password": PASSWORD})
            office.send("POST", "session", {"name": "admin", "password": PASSWORD})
        office.close()
        yield post
    finally:
        post.stop()
        film.stop()


def watched(post: Post, shared: Path) -> list[SeenTrack]:
    """Let the built-in eye see the footage as if it were just over; the node has the best pictures."""
    eye = open_eye("builtin", Path())
    watch = Watch(Configuration.from_document({**DRAWN, "tier": "count"}), eye.name)
    album, start = Album(watch.zones), SystemClock().utc_90k() - 3 * MINUTE
    tracks: list[SeenTrack] = []
    at_90k = start
    with av.open(str(shared / "assets" / "videos" / VIDEO)) as film:
        for number, frame in enumerate(film.decode(video=0)):
            if number % 3 or frame.time is None:
                continue
            if frame.time > _SECONDS:
                break
            at_90k = start + int(frame.time * HZ_90K)
            picture = Picture(
                np.asarray(frame.reformat(640, 360, "rgb24").to_ndarray(), np.uint8), at_90k, (640, 360), keyframe=True
            )
            seen = eye.look([Look(GATE, picture)])[0]
            findings = watch.take(picture, seen)
            album.take(picture, watch.tracks, findings.counts)
            tracks += _gone(post, album, watch, EyeId(id=eye.name.id, version=eye.name.version))
    watch.close(at_90k)
    return tracks + _gone(post, album, watch, EyeId(id=eye.name.id, version=eye.name.version))


def _gone(post: Post, album: Album, watch: Watch, eye: EyeId) -> list[SeenTrack]:
    told = []
    for passed, kept in album.ended(watch.ended):
        if kept is not None:
            shot = ShotName(id=kept.id, at_90k=kept.at_90k, xyxy=kept.xyxy)
            post.keep(GATE, shot, kept.jpeg)
        given = passed.model_dump(exclude={"best", "seen", "label"})
        best = shot if kept is not None else None
        told.append(SeenTrack(camera=GATE, label=passed.label.value, eye=eye, best=best, **given))
    return told


def tell(post: Post, sequence: int, tracks: list[SeenTrack], gaps: tuple[ObservationGap, ...] = ()) -> None:
    batch = ObservationBatch(node="eyes", sequence=sequence, tracks=tuple(tracks), gaps=gaps)
    post.do(post._bus.request(centre_subject(OBSERVATIONS), batch, Done))


def pictures_are_there(page: Page) -> None:
    loaded = (
        "[...document.querySelectorAll('[data-testid=seen-thing] img')].slice(0, 4).every((one) => one.naturalWidth)"
    )
    wait_until(lambda: bool(page.evaluate(loaded)), "the pictures are there")


def search(page: Page) -> None:
    page.get_by_role("button", name="Cari", exact=True).click()


def test_who_finds_nothing_is_told_what_can_be_found(post: Post, open_page: OpenPage, tmp_path: Path) -> None:
    page = opened(post, open_page, "joko", "/seen", PHONE)
    expect(page.get_by_test_id("seen")).to_contain_text("Tanpa wajah dan tanpa pelat nomor")
    page.get_by_role("button", name="1 jam terakhir").click()
    page.get_by_label("Sampai tanggal").fill("2020-01-01")
    search(page)
    expect(page.get_by_role("alert")).to_contain_text("sebelum waktu selesai")
    page.get_by_role("button", name="Tadi malam").click()
    search(page)
    results = page.get_by_test_id("seen-results")
    expect(results).to_contain_text("Tidak ada kamera yang dapat dicari di sini.")
    expect(results).to_contain_text("Atur garis dan area pantau")
    fits(page)
    assert grave(page) == []
    page.screenshot(path=tmp_path / "seen-empty-phone.png", full_page=True)


def test_what_the_eye_saw_is_found_and_opens_the_recording(
    post: Post, open_page: OpenPage, shared: Path, tmp_path: Path
) -> None:
    with ThreadPoolExecutor(1) as apart:  # the browser's loop runs in this thread
        tracks = apart.submit(watched, post, shared).result()
    assert len(tracks) >= 3, "the eye saw the traffic of the corner"
    now = SystemClock().utc_90k()
    gap = ObservationGap(
        camera=GATE, cause="worker-died", from_90k=now - 30 * MINUTE, to_90k=now - 15 * MINUTE, lasts=False
    )
    latest = max(tracks, key=lambda one: one.first_90k)
    assert latest.best is not None
    recent = latest.best.model_copy(update={"at_90k": now - 3 * HZ_90K})  # while the camera was recorded
    moved = {"first_90k": now - 4 * HZ_90K, "last_90k": now - 2 * HZ_90K, "best": recent}
    tell(post, 1, [*tracks, latest.model_copy(update=moved)], (gap,))

    page = opened(post, open_page, "joko", "/seen", DESK)
    page.get_by_role("button", name="1 jam terakhir").click()
    search(page)
    things = page.get_by_test_id("seen-thing")
    expect(things).to_have_count(len(tracks) + 1)
    expect(page.get_by_test_id("seen-gaps")).to_contain_text(f"{STREET} tidak melihat")
    expect(things.first).to_contain_text("mata bawaan")
    pictures_are_there(page)
    fits(page)
    assert grave(page) == []
    page.screenshot(path=tmp_path / "seen-desk.png", full_page=True)
    things.first.focus()
    page.keyboard.press("ArrowRight")
    expect(things.nth(1)).to_be_focused()
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/cameras/{GATE}?at=*")
    screen.expect_phase(page, "ready")
    assert abs(screen.moment(page) - recent.at_90k / HZ_90K) < 10
    page.go_back()
    expect(things).to_have_count(len(tracks) + 1)


def test_lines_and_colours_of_a_camera_narrow_it_on_a_phone(post: Post, open_page: OpenPage, tmp_path: Path) -> None:
    page = opened(post, open_page, "joko", "/seen", PHONE)
    page.get_by_role("button", name="1 jam terakhir").click()
    page.get_by_label("Satu kamera saja").fill("RT 3")
    page.get_by_role("button", name=STREET, exact=True).click()
    page.get_by_label("Melewati garis").select_option("mulut gang")
    expect(page.locator("#seen-direction option")).to_have_text(["Arah mana pun", "masuk", "keluar"])
    search(page)
    things = page.get_by_test_id("seen-thing")
    expect(things.first).to_contain_text("mulut gang:")
    crossed = things.count()
    pictures_are_there(page)
    fits(page)
    assert grave(page) == []
    page.screenshot(path=tmp_path / "seen-phone.png", full_page=True)
    page.get_by_role("button", name="mobil", exact=True).click()
    page.get_by_role("button", name="orang", exact=True).click()
    page.get_by_role("button", name="ungu", exact=True).click()
    search(page)
    expect(page.get_by_test_id("seen-results")).to_contain_text("Tidak ada yang cocok.")
    page.get_by_role("button", name="ungu", exact=True).click()
    search(page)
    expect(things.first).to_be_visible()
    assert 0 < things.count() <= crossed
    page.reload()
    expect(things.first).to_be_visible()
    expect(page.get_by_role("button", name="mobil", exact=True)).to_have_attribute("aria-pressed", "true")


def test_who_must_say_what_for_is_asked(post: Post, open_page: OpenPage, tmp_path: Path) -> None:
    page = opened(post, open_page, "budi", "/seen", PHONE, language="en")
    page.get_by_role("button", name="Last hour").click()
    page.get_by_role("button", name="Search", exact=True).click()
    expect(page.get_by_role("alert")).to_contain_text("Say first what for")
    page.screenshot(path=tmp_path / "seen-purpose-phone.png", full_page=True)
    page.get_by_label("What for").fill("Stolen motorcycle LP/123")
    page.get_by_role("button", name="Search", exact=True).click()
    expect(page.get_by_test_id("seen-thing").first).to_be_visible()
    pictures_are_there(page)
