"""One night in Krapyak: a theft of last night, from the resident's screen to the auditor's, by keyboard alone.

Everything is the demonstration's own: its cameras, its people, its past. `--film DIR` keeps the film of it.
"""

import re
import sqlite3
import subprocess
import zipfile
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from datetime import time as clock
from pathlib import Path
from typing import Final

import httpx
import pytest
from playwright.sync_api import Browser, expect
from tests.browser import screen
from tests.browser.filming import Filming
from tests.browser.hand import Hand
from tests.browser.stage import HEIGHT, WIDTH, Stage
from tests.browser.town import Demo, wait_until
from tests.docs.test_evidence import steps
from tests.needs import requires_tool

from ronda.simulate.past import WIB, last_night

RT: Final = "33.74.13.1003.rw04.rt03"
CORNER, POST = "krapyak-rt03-rw04-1", "krapyak-rt03-rw04-2"
MOST_INTERACTIONS: Final = 12


@dataclass
class Night:
    """What the people of the story hand on from one to the next."""

    demo: Demo
    stage: Stage
    folder: Path
    bundle: Path = Path()
    number: str = ""

    @property
    def theft(self) -> datetime:
        """When the motorcycle goes, in the city's time."""
        return datetime.combine(last_night(datetime.now(UTC)), clock(2, 13, 50), WIB)

    @contextmanager
    def person(self, name: str, path: str) -> Iterator[Hand]:
        """Let somebody sign in and come to a page."""
        with self.stage.open(f"{self.demo.url}/sign-in?next={path}") as hand:
            hand.write(hand.page.get_by_label("Nama akun"), name)
            hand.write(hand.page.get_by_label("Kata sandi"), Demo.PASSWORD)
            hand.key("Enter", "sign in")
            hand.page.wait_for_url(f"**{path}")
            hand.done.clear()
            yield hand

    def scene(self, title: str, *lines: str) -> None:
        self.stage.filming.card(title, lines)


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory, port_of_session: Callable[[], int]) -> Iterator[Demo]:
    demo = Demo(tmp_path_factory.mktemp("krapyak") / "data", port_of_session())
    demo.start()
    try:
        wait_until(demo.has_people, "people can sign in", 120)
        yield demo
    finally:
        demo.stop()


@pytest.fixture
def night(demo: Demo, browser: Browser, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Night]:
    kept: str | None = request.config.getoption("--film")
    folder = Path(kept) if kept else tmp_path
    folder.mkdir(parents=True, exist_ok=True)
    scale = 2 if kept else 1
    filming = Filming(WIDTH, HEIGHT, scale)
    stage = Stage(browser, filming, folder, scale)
    try:
        yield Night(demo, stage, tmp_path)
    finally:
        print(f"the film: {filming.save(folder / 'one-night-in-krapyak.mp4')}")
    assert not stage.complaints.heard


@pytest.mark.slow
@pytest.mark.timeout(300)
@requires_tool("openssl", "ffprobe")
def test_one_night_in_krapyak(night: Night) -> None:
    a_resident_opens_the_corner(night)
    the_head_finds_holds_and_seals_the_theft(night)
    a_stranger_verifies_it(night)
    a_turned_camera_leaves_the_portal(night)
    an_operator_hands_it_to_an_agency(night)
    the_agency_answers_on_its_phone(night)
    the_auditor_sees_every_look(night)


def a_resident_opens_the_corner(night: Night) -> None:
    night.scene("Satu malam di Krapyak", "Seorang warga membuka sudut RT-nya")
    with night.stage.open(night.demo.url) as hand:
        page = hand.page
        hand.key("/", "search")
        page.keyboard.type("krapyak", delay=30)
        corner = page.locator(f'a[href*="{CORNER}"]').first
        expect(corner).to_be_visible()
        night.stage.look_over(hand, "portal")
        hand.press(corner)
        hand.press(page.get_by_test_id("watch"))
        public = page.get_by_test_id("public-screen")
        expect(public).to_have_attribute("data-phase", "playing", timeout=30_000)
        page.wait_for_timeout(1_500)
        night.stage.look_over(hand, "corner")


def the_head_finds_holds_and_seals_the_theft(night: Night) -> None:
    wait_until(lambda: night.demo.has_past(POST), "last night is in the archive", 120)
    night.scene("Tadi malam sebuah motor hilang", "Ketua RT mencarinya di rekaman, mengamankan, dan menyegelnya")
    theft = night.theft
    with night.person("ketua.rt03", f"/areas/{RT}") as hand:
        page = hand.page
        expect(page.locator(f'a[href*="{POST}"]').first).to_be_visible()
        night.stage.look_over(hand, "area")
        hand.press(page.locator(f'a[href*="{POST}"]').first)
        expect(page.get_by_test_id("timeline")).to_have_attribute("data-loaded", "true")
        hand.key("t", "go to a time")
        jump = page.get_by_test_id("jump")
        hand.write_date(jump.get_by_label("Tanggal"), theft, back=True)
        hand.write_time(jump.get_by_label("Jam"), theft)
        page.keyboard.press("Enter")
        screen.expect_phase(page, "ready")
        assert abs(screen.moment(page) - theft.timestamp()) < 8
        page.wait_for_timeout(2_500)
        assert not screen.is_black(page)
        night.stage.look_over(hand, "theft")
        hand.press(page.get_by_test_id("take-clip"))
        hand.write_time(page.get_by_test_id("clip-begin"), theft - timedelta(seconds=70))
        hand.write_time(page.get_by_test_id("clip-end"), theft + timedelta(seconds=40))
        night.stage.look_over(hand, "range")
        hand.press(page.get_by_test_id("ask-case"))
        form = page.get_by_test_id("new-case")
        hand.write(form.get_by_label("Apa yang terjadi"), "Motor dibawa dua orang dari depan pos ronda")
        night.stage.look_over(hand, "case-asked")
        hand.key("Enter", "open the case")
        sealed = page.get_by_test_id("sealed")
        expect(sealed).to_have_attribute("data-state", "ready", timeout=60_000)
        print(f"{len(hand.done)} interactions to a sealed clip: {', '.join(hand.done)}")
        assert len(hand.done) <= MOST_INTERACTIONS
        night.number = page.get_by_test_id("case").get_attribute("data-number") or ""
        expect(page.get_by_test_id("case")).to_contain_text("Aman di tempat perekaman")
        night.stage.look_over(hand, "sealed")
        with page.expect_download() as downloading:
            hand.press(sealed.get_by_test_id("sealed-all"))
        downloading.value.save_as(night.folder / "evidence.zip")
    night.bundle = night.folder / "evidence"
    with zipfile.ZipFile(night.folder / "evidence.zip") as files:
        files.extractall(night.bundle)


def a_stranger_verifies_it(night: Night) -> None:
    fingerprint = httpx.get(f"{night.demo.url}/api/v1/public/seal", trust_env=False).json()["authority_sha256"]
    page_file = night.folder / "verify.html"
    page_file.write_bytes(httpx.get(f"{night.demo.url}/verify.html", trust_env=False).content)
    (film,) = night.bundle.glob("*.mp4")
    altered = night.folder / "altered"
    altered.mkdir()
    for path in night.bundle.iterdir():
        (altered / path.name).write_bytes(path.read_bytes())
    change_a_byte(altered / film.name)
    night.scene("Seorang asing memeriksanya", "Tanpa jaringan, dengan halaman yang disimpan")
    with night.stage.open(f"{page_file.as_uri()}#{fingerprint}", offline=True) as hand:
        judged(night, hand, night.bundle, "authentic")
        hand.page.reload()
        judged(night, hand, altered, "altered")
    good, bad = followed(night.bundle, film.stem), followed(altered, film.stem)
    night.scene("Dengan openssl saja", *good.stdout.splitlines()[-12:])
    night.scene("Satu bita diubah", *bad.stdout.splitlines()[-8:], *bad.stderr.splitlines()[-4:])
    assert good.returncode == 0, good.stderr
    assert good.stdout.count("Verified OK") == 2
    assert fingerprint.upper() in good.stdout.replace(":", "")
    assert bad.returncode != 0
    assert bad.stdout.count("Verified OK") < 2


def change_a_byte(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 4
    path.write_bytes(data)


def judged(night: Night, hand: Hand, folder: Path, verdict: str) -> None:
    """Choose the files by keyboard; the page says what they are."""
    with hand.page.expect_file_chooser() as choosing:
        hand.press(hand.page.locator("#files"))
    choosing.value.set_files(sorted(folder.iterdir()))
    expect(hand.page.locator("article")).to_have_attribute("data-verdict", verdict, timeout=30_000)
    night.stage.look_over(hand, f"stranger-{verdict}")


def followed(folder: Path, name: str) -> subprocess.CompletedProcess[str]:
    """Follow the published steps, which need nothing of ours."""
    run = ["bash", "-euc", re.sub(r"^NAME=.*$", f"NAME={name}", steps(), count=1, flags=re.MULTILINE)]
    return subprocess.run(run, cwd=folder, capture_output=True, text=True, check=False)


def a_turned_camera_leaves_the_portal(night: Night) -> None:
    wait_until(lambda: knows_its_view(night.demo, CORNER), "the corner's view is known", 120)
    night.scene("Seseorang memutar kamera", "Kameranya hilang dari layar warga")
    with night.stage.open(f"{night.demo.url}/cameras/{CORNER}?live=1") as hand:
        page = hand.page
        expect(page.get_by_test_id("public-screen")).to_have_attribute("data-phase", "playing", timeout=30_000)
        night.demo.inflict(CORNER, "turned")
        expect(page.get_by_role("main")).to_contain_text("Kamera ini tidak lagi disiarkan", timeout=60_000)
        night.stage.look_over(hand, "withdrawn")
        hand.press(page.get_by_role("main").get_by_role("link").first)
        expect(page.locator(f'a[href*="{POST}"]').first).to_be_visible()
        expect(page.locator(f'a[href*="{CORNER}"]')).to_have_count(0)


def knows_its_view(demo: Demo, camera: str) -> bool:
    """Whether a camera has been looked at so often that it is known what it should see."""
    path = demo.data / "own-eyes.sqlite"
    if not path.is_file():
        return False
    with closing(sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True)) as file:
        found = file.execute("select settled from camera where id = ?", (camera,)).fetchone()
    return found is not None and found[0] >= 3


def an_operator_hands_it_to_an_agency(night: Night) -> None:
    night.scene("Operator melihat peringatan", "dan mengirimnya ke Satpol PP")
    with night.person("operator", "/alarms") as hand:
        page = hand.page
        card = page.get_by_test_id("alarm")
        expect(card).to_be_visible(timeout=30_000)
        expect(page.get_by_test_id("quarantine")).to_contain_text("Kamera ditarik dari publikasi")
        night.stage.look_over(hand, "alarm")
        hand.press(page.get_by_role("button", name="Kirim ke instansi"))
        hand.choose(page.locator("form select"), "Satpol PP Kota Semarang")
        hand.write(page.get_by_label("Pesan untuk instansi"), "Kamera gang diputar orang. Tolong dicek di tempat.")
        hand.press(page.get_by_role("button", name="Kirim", exact=True))
        expect(page.get_by_test_id("dispatches")).to_contain_text("Satpol PP Kota Semarang: Ditawarkan")
        night.stage.look_over(hand, "dispatched")


def the_agency_answers_on_its_phone(night: Night) -> None:
    night.scene("Satpol PP menjawab dari ponsel")
    with night.person("satpolpp", "/duty") as hand:
        card = hand.page.get_by_test_id("duty")
        expect(card).to_contain_text("Kamera gang diputar orang")
        night.stage.look_over(hand, "duty")
        hand.press(card.get_by_role("button", name="Terima"))
        expect(card).to_have_attribute("data-state", "accepted")
        hand.press(card.get_by_role("button", name="Sampai di lokasi"))
        expect(card).to_have_attribute("data-state", "on-scene")
        hand.press(card.get_by_role("button", name="Selesai"))
        hand.write(card.get_by_label("Keterangan"), "Diarahkan kembali bersama ketua RT")
        night.stage.look_over(hand, "duty-done")
        hand.press(card.get_by_role("button", name="Kirim hasil"))
        expect(hand.page.get_by_test_id("empty")).to_be_visible()


def the_auditor_sees_every_look(night: Night) -> None:
    night.scene("Auditor melihat siapa melihat apa", "Setiap pandangan malam itu tercatat, juga yang tanpa akun")
    corner, post = "gang masuk", "pos ronda"
    with night.person("auditor", "/log") as hand:
        page = hand.page
        looks = page.get_by_role("listitem")
        for who, did, where in (
            ("Seseorang tanpa akun", "menonton langsung", corner),
            ("Budi Santoso", "memutar ulang", post),
            ("Budi Santoso", "sebagai bukti", post),
            ("Budi Santoso", "menyegel rekaman", post),
            ("Joko Susilo", "memeriksa peringatan", corner),
            ("Joko Susilo", "mengirim peringatan ke instansi", corner),
            ("Sari Wulandari", "membuka atau menjawab tugas", ""),
            ("Sari Wulandari", "memutar ulang", corner),  # the alarm's picture, which is of the past
        ):
            expect(looks.filter(has_text=who).filter(has_text=did).filter(has_text=where).first).to_be_visible()
        night.stage.look_over(hand, "log")
        hand.press(page.get_by_text("Saring", exact=True))
        hand.write(page.get_by_label("Kamera (ID)"), POST)
        hand.press(page.get_by_role("button", name="Tampilkan"))
        expect(looks.filter(has_text="Joko Susilo")).to_have_count(0)
        expect(looks.filter(has_text="menyegel rekaman").first).to_contain_text("Motor dibawa dua orang")
        night.stage.look_over(hand, "log-of-one-camera")
