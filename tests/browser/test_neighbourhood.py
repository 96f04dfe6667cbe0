"""The neighbourhood's space, on a phone, by keyboard: joined by a code, replayed, taken home, read by its head."""

import io
import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import av
import cv2
import numpy as np
import pyotp
import pytest
from PIL import Image
from playwright.sync_api import Locator, Page, expect
from tests.browser import screen
from tests.browser.conftest import DESK, PHONE, OpenPage
from tests.browser.kampung import Office
from tests.browser.test_access import grave, tab_to
from tests.browser.town import PASSWORD, Film, Server, wait_until

RW: Final = "33.74.13.1006.rw04"
RT: Final = f"{RW}.rt03"
OTHER_RW: Final = "33.74.13.1006.rw05"
NEXT_DOOR: Final = f"{RW}.rt02"
CAMERA: Final = "krapyak-rt3-1"
NEWCOMER: Final = "siti.aminah"
OWN_PASSWORD: Final = "tiga kata acak"


@pytest.fixture(scope="module")
def rukun(
    tmp_path_factory: pytest.TempPathFactory, shared: Path, port_of_session: Callable[[], int]
) -> Iterator[Server]:
    """An RT with a recorded camera and one with a cut cable, its head, a member next door, and the RW's screen."""
    folder = tmp_path_factory.mktemp("rukun")
    film = Film(shared, "street-corner-1.mp4", port_of_session(), folder)
    server = Server(folder / "data", port_of_session())
    try:
        film.start()
        server.start()
        office = Office(server)
        office.settle()
        for code, name in ((RW, "RW 4"), (RT, "RT 3"), (NEXT_DOOR, "RT 2")):
            office.send("PUT", f"areas/{code}", {"id": code, "name": name, "lat": -6.98, "lon": 110.37})
        link = {"state": "down", "provider": "Pantura Net", "wifi": "Warga RT 3", "since": "2026-11-20"}
        site = {"name": "RT 3 RW 4 Krapyak", "kind": "rt", "area": RT, "lat": -6.985, "lon": 110.372, "link": link}
        office.send("PUT", "sites/krapyak-rt3", {"id": "krapyak-rt3", **site})
        record = {"id": CAMERA, "url": film.url, "name": "RT 3 RW 4 Krapyak gang masuk", "record": True}
        office.send("POST", "cameras", record)
        office.send("PUT", f"cameras/{CAMERA}/place", {"spot": {"site": "krapyak-rt3"}})
        office.hang("krapyak-rt3-2", f"rtsp://127.0.0.1:{port_of_session()}/x", "RT 3 RW 4 Krapyak pos", "krapyak-rt3")
        office.send("PUT", "cameras/krapyak-rt3-2/trouble", {"cause": "cable", "target": "2027-01-31"})
        people = (("pak.rt", "rt-head", RT), ("tetangga", "rt-member", NEXT_DOOR), ("balai.rw04", "kiosk", RW))
        for name, role, area in people:
            given = {"name": name, "password": PASSWORD, "role": role, "scope": "area", "value": area}
            office.send("POST", "people", {**given, "display": {"pak.rt": "Budi Santoso"}.get(name, "")})
        officer = {"name": "penyidik", "password": PASSWORD, "role": "investigator", "scope": "city", "value": ""}
        office.send("POST", "people", officer)
        office.close()
        yield server
    finally:
        server.stop()
        film.stop()


def fill(page: Page, label: str, text: str) -> None:
    """Go to a field by Tab and type."""
    for _ in range(40):
        focused = page.evaluate("document.activeElement.labels?.[0]?.innerText ?? ''")
        if focused.strip().startswith(label):
            page.keyboard.press("Control+a")
            page.keyboard.type(text)
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"Tab does not lead to {label}")


def press(page: Page, element: str) -> None:
    """Go to something by Tab and press Enter on it."""
    tab_to(page, element, 60)
    page.keyboard.press("Enter")


def sign_in(page: Page, name: str, password: str = PASSWORD) -> None:
    """Sign in by keyboard, on the page that asks for it."""
    expect(page.get_by_label("Nama akun")).to_be_visible()
    fill(page, "Nama akun", name)
    fill(page, "Kata sandi", password)
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Keluar", exact=True)).to_be_visible()


def read_code(image: Locator) -> str:
    """Return what a QR code on the screen says, as a phone's camera reads it."""
    picture = Image.open(io.BytesIO(image.screenshot())).convert("RGB").resize((720, 720))
    text, *_ = cv2.QRCodeDetector().detectAndDecode(np.asarray(picture))
    return str(text)


def test_a_resident_opens_the_corner(rukun: Server, open_page: OpenPage) -> None:
    page = open_page(rukun.url, PHONE)
    expect(page.get_by_test_id("public-tile").first).to_be_visible()
    press(page, f'a[href="/cameras/{CAMERA}"]')
    expect(page.get_by_test_id("public-screen")).to_be_visible()
    press(page, '[data-testid="watch"]')
    expect(page.get_by_test_id("public-screen")).to_have_attribute("data-phase", "playing")
    expect(page.get_by_test_id("timeline")).to_have_count(0)
    assert grave(page) == []


def test_a_member_joins_by_a_code_replays_takes_a_clip_and_the_head_reads_it(
    rukun: Server, open_page: OpenPage, tmp_path: Path
) -> None:
    head = open_page(f"{rukun.url}/sign-in", PHONE)
    sign_in(head, "pak.rt")
    expect(head).to_have_url(f"{rukun.url}/areas/{RT}")
    link = invited(head)
    member = open_page(link, PHONE)
    joined(member)
    member.goto(f"{rukun.url}/sign-in")
    sign_in(member, NEWCOMER, OWN_PASSWORD)
    expect(member).to_have_url(f"{rukun.url}/areas/{RT}")
    clip = tmp_path / "clip.mp4"
    taken(member, clip)
    with av.open(clip) as film:
        pictures = sum(1 for _ in film.decode(video=0))
    assert pictures > 20
    neighbour = open_page(f"{rukun.url}/sign-in?next=/areas/{RT}", PHONE)
    refused(neighbour, rukun)
    head.goto(f"{rukun.url}/areas/{RT}?tab=looked")
    looks = head.get_by_test_id("who-looked").get_by_role("listitem")
    for words in (
        "Siti Aminah (anggota RT) memutar ulang RT 3 RW 4 Krapyak gang masuk",
        "Siti Aminah (anggota RT) mengunduh rekaman RT 3 RW 4 Krapyak gang masuk",
    ):
        expect(looks.filter(has_text=words).first).to_be_visible()
    expect(looks.filter(has_text="ditolak").filter(has_text="mengunduh rekaman").first).to_contain_text("tetangga")
    assert grave(head) == []
    ended_and_given_again(head)


def invited(head: Page) -> str:
    """Invite a member; return the link that the code on the screen holds."""
    expect(head.get_by_test_id("space-sum")).to_contain_text("1 dari 2 kamera menyala")
    expect(head.get_by_test_id("space-tile")).to_have_count(2)
    expect(head.locator('[data-camera="krapyak-rt3-2"]')).to_contain_text("kabel putus, sejak")
    expect(head.locator('[data-camera="krapyak-rt3-2"]')).to_contain_text("paling lambat 31 Jan 2027")
    assert grave(head) == []
    press(head, 'a[href="?tab=people"]')
    expect(head.get_by_test_id("access").filter(has_text="Budi Santoso")).to_contain_text("Ketua RT")
    press(head, '[data-testid="space-people"] button.primary')
    expect(head.get_by_test_id("invite-form").get_by_role("radio", name="Anggota RT")).to_be_checked()
    assert head.get_by_test_id("invite-form").get_by_role("radio").count() == 3
    fill(head, "Nama orangnya", "Siti Aminah")
    assert grave(head) == []
    head.keyboard.press("Enter")
    made = head.get_by_test_id("invite-made")
    expect(made).to_be_focused()
    assert grave(head) == []
    link = read_code(made.get_by_role("img", name="Kode QR undangan"))
    assert link == made.get_by_test_id("link").input_value()
    expect(head.get_by_test_id("open-invitations")).to_contain_text("Siti Aminah")
    return link


def joined(member: Page) -> None:
    """Take the invitation that is open, as somebody new; its link opens nothing after that."""
    link = member.url
    expect(member.get_by_test_id("join")).to_contain_text("Budi Santoso mengundang Anda sebagai Anggota RT")
    expect(member.get_by_test_id("join")).to_contain_text("RT 3 RW 4 Krapyak")
    expect(member.get_by_label("Nama akun untuk masuk")).to_have_value(NEWCOMER)
    fill(member, "Kata sandi", "pendek")
    member.keyboard.press("Enter")
    expect(member.get_by_role("alert").filter(has_text="Kurang 2 huruf lagi")).to_be_visible()
    assert grave(member) == []
    fill(member, "Kata sandi", OWN_PASSWORD)
    member.keyboard.press("Enter")
    expect(member.get_by_test_id("space-sum")).to_be_visible()
    member.get_by_role("button", name="Keluar", exact=True).press("Enter")
    expect(member.get_by_role("link", name="Masuk").first).to_be_visible()
    member.goto(link)
    expect(member.get_by_test_id("join")).to_contain_text("Undangan ini sudah dipakai")


def taken(member: Page, to: Path) -> None:
    """Look back at a moment that was recorded, and take it away as a file."""
    press(member, f'[data-testid="space-tile"][data-camera="{CAMERA}"]')
    screen.expect_phase(member, "playing")
    wait_until(lambda: recorded_s(member) > 20, "20 s are recorded", 40)
    at = datetime.now(UTC).timestamp() - 10
    member.keyboard.press("t")
    wall = "(s) => new Date(s * 1000).toLocaleString('sv', { timeZone: 'Asia/Jakarta' }).split(' ')"
    date, time = member.evaluate(wall, at)
    jump = member.get_by_test_id("jump")
    jump.get_by_label("Tanggal").fill(date)
    jump.get_by_label("Jam").fill(time)
    member.keyboard.press("Enter")
    screen.expect_phase(member, "ready")
    member.keyboard.press(" ")
    assert abs(screen.moment(member) - at) < 6
    press(member, '[data-testid="take-clip"]')
    panel = member.get_by_test_id("clip-panel")
    expect(panel).to_be_visible()
    assert grave(member) == []
    tab_to(member, '[data-testid="download"]', 60)
    with member.expect_download() as download:
        member.keyboard.press("Enter")
    download.value.save_as(to)


def recorded_s(page: Page) -> float:
    """How much of the camera is recorded, as the member's own page is told."""
    query = "from=2020-01-01T00:00:00Z&to=2100-01-01T00:00:00Z"
    origin = re.match(r"https?://[^/]+", page.url)
    assert origin is not None
    spans = page.request.get(f"{origin[0]}/api/v1/cameras/{CAMERA}/timeline?{query}").json()["coverage"]
    seconds = [datetime.fromisoformat(one["to"]) - datetime.fromisoformat(one["from"]) for one in spans]
    return sum(one.total_seconds() for one in seconds)


def refused(neighbour: Page, rukun: Server) -> None:
    """Next door's member finds neither the space nor the past nor a file of it."""
    sign_in(neighbour, "tetangga")
    expect(neighbour.get_by_test_id("space-refused")).to_contain_text("bukan untuk akun Anda")
    assert grave(neighbour) == []
    neighbour.goto(f"{rukun.url}/cameras/{CAMERA}")
    expect(neighbour.get_by_test_id("public-screen")).to_be_visible()
    expect(neighbour.get_by_test_id("timeline")).to_have_count(0)
    stretch = "from=2026-01-01T00:00:00Z&to=2026-01-01T00:01:00Z"
    for what in (f"clip.mp4?{stretch}", f"timeline?{stretch}"):
        assert neighbour.request.get(f"{rukun.url}/api/v1/cameras/{CAMERA}/{what}").status == 403


def ended_and_given_again(head: Page) -> None:
    """The head ends the member's access, and takes that back."""
    head.goto(f"{head.url.split('?')[0]}?tab=people")
    line = head.locator(f'[data-testid="access"][data-person="{NEWCOMER}"]')
    line.get_by_role("button", name="Akhiri akses").press("Enter")
    expect(line.get_by_role("button", name="Ya, akhiri")).to_be_focused()
    assert grave(head) == []
    head.keyboard.press("Enter")
    expect(line).to_have_count(0)
    head.get_by_role("button", name="Berikan lagi").press("Enter")
    expect(line).to_contain_text("Anggota RT")


def test_a_fault_is_told_and_the_network_said_in_words(rukun: Server, open_page: OpenPage) -> None:
    page = open_page(f"{rukun.url}/sign-in?next=/areas/{RT}?tab=faults", PHONE)
    sign_in(page, "pak.rt")
    form = page.get_by_test_id("fault-form")
    expect(form.get_by_label("Kamera yang mana?")).to_be_visible()
    form.get_by_role("button", name="Kirim laporan").press("Enter")
    expect(form.get_by_role("alert")).to_contain_text("Pilih dulu kameranya")
    form.get_by_label("Kamera yang mana?").select_option("krapyak-rt3-2")
    fill(page, "Ceritakan sedikit", "Gelap sejak tadi malam <b>sekali</b>.")
    assert grave(page) == []
    form.get_by_role("button", name="Kirim laporan").press("Enter")
    expect(page.get_by_test_id("fault-sent")).to_be_focused()
    expect(page.get_by_role("listitem").filter(has_text="Gelap sejak tadi malam <b>sekali</b>.")).to_be_visible()
    press(page, 'a[href="?tab=links"]')
    links = page.get_by_test_id("space-links")
    expect(links).to_contain_text("Internet putus, dari Pantura Net, sejak 20 Nov 2026.")
    expect(links).to_contain_text("Wifi gratis “Warga RT 3” sedang tidak dapat dipakai.")
    assert grave(page) == []


def test_an_investigator_says_what_for(rukun: Server, open_page: OpenPage) -> None:
    page = open_page(f"{rukun.url}/sign-in?next=/cameras/{CAMERA}", PHONE)
    sign_in(page, "penyidik")
    expect(page.get_by_test_id("purpose")).to_contain_text("sebutkan tujuannya")
    expect(page.get_by_test_id("timeline")).to_have_count(0)
    press(page, '[data-testid="purpose"] button')
    expect(page.get_by_test_id("purpose-dialog")).to_be_visible()
    assert grave(page) == []
    fill(page, "Untuk apa", "pencurian, LP/123/XI")
    page.keyboard.press("Enter")
    expect(page.get_by_test_id("purpose")).to_contain_text("Tujuan: pencurian, LP/123/XI")
    expect(page.get_by_test_id("timeline")).to_have_attribute("data-loaded", "true")
    screen.expect_phase(page, "playing")
    expect(page.get_by_test_id("take-clip")).to_be_visible()


@pytest.mark.parametrize("viewport", [PHONE, DESK], ids=["phone", "desk"])
def test_the_balai_rws_screen_shows_and_asks_for_a_person(
    rukun: Server, open_page: OpenPage, viewport: dict[str, int]
) -> None:
    page = open_page(f"{rukun.url}/sign-in", viewport)
    fill(page, "Nama akun", "balai.rw04")
    fill(page, "Kata sandi", PASSWORD)
    page.keyboard.press("Enter")
    expect(page).to_have_url(f"{rukun.url}/kiosk")
    wall = page.get_by_test_id("kiosk-wall")
    expect(wall.locator(f'[data-camera="{CAMERA}"] [data-testid="screen"]')).to_have_attribute(
        "data-phase", "playing", timeout=20_000
    )
    assert page.get_by_role("button").count() == 1
    assert grave(page) == []
    page.get_by_test_id("kiosk-replay").press("Enter")
    expect(page.get_by_role("dialog")).to_contain_text("masuk di sini dengan nama sendiri")
    assert grave(page) == []
    page.keyboard.press("Escape")
    page.context.set_offline(True)
    expect(page.get_by_test_id("kiosk-gone")).to_contain_text("menyambung lagi dengan sendirinya")
    page.context.set_offline(False)
    expect(page.get_by_test_id("kiosk-gone")).to_have_count(0, timeout=20_000)


def test_a_shared_account_that_became_a_screen_asks_once_to_name_its_people(rukun: Server, open_page: OpenPage) -> None:
    office = Office(rukun)
    office.send("PUT", f"areas/{OTHER_RW}", {"id": OTHER_RW, "name": "RW 5", "lat": -6.98, "lon": 110.37})
    shared = {"name": "rw05", "password": PASSWORD, "role": "rt-member", "scope": "area", "value": OTHER_RW}
    office.send("POST", "people", shared)
    office.send("POST", "people/rw05/kiosk", {})
    office.close()
    page = open_page(f"{rukun.url}/sign-in", DESK)
    fill(page, "Nama akun", "rw05")
    fill(page, "Kata sandi", PASSWORD)
    page.keyboard.press("Enter")
    asked = page.get_by_test_id("kiosk-naming")
    expect(asked).to_contain_text("siapa saja orang Anda")
    assert grave(page) == []
    asked.get_by_role("button", name="Nanti").press("Enter")
    expect(asked).to_have_count(0)
    page.reload()
    expect(page.get_by_test_id("kiosk")).to_be_visible()
    expect(asked).to_have_count(0)


def test_a_second_factor_is_turned_on_asked_for_and_turned_off(rukun: Server, open_page: OpenPage) -> None:
    page = open_page(f"{rukun.url}/sign-in?next=/account", PHONE)
    sign_in(page, "tetangga")
    part = page.get_by_test_id("own-factor")
    assert grave(page) == []
    part.get_by_role("button", name="Nyalakan kode kedua").press("Enter")
    fill(page, "Tulis kata sandi", PASSWORD)
    page.keyboard.press("Enter")
    secret = part.get_by_test_id("factor-secret").inner_text()
    fill(page, "Enam angka", pyotp.TOTP(secret).now())
    page.keyboard.press("Enter")
    shown = page.get_by_test_id("recovery-codes").get_by_role("listitem")
    expect(shown).to_have_count(10)
    codes = shown.all_inner_texts()
    assert grave(page) == []
    page.get_by_role("button", name="Keluar", exact=True).press("Enter")
    page.goto(f"{rukun.url}/sign-in?next=/account")
    fill(page, "Nama akun", "tetangga")
    fill(page, "Kata sandi", PASSWORD)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Satu langkah lagi")).to_be_visible()
    fill(page, "Kode", "000000")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("Kode salah")
    page.get_by_role("button", name="Pakai kode cadangan").press("Enter")
    fill(page, "Kode cadangan", codes[0])
    page.keyboard.press("Enter")
    expect(part).to_contain_text("Sisa 9 kode cadangan")
    part.get_by_role("button", name="Matikan kode kedua").press("Enter")
    fill(page, "Kode", codes[1])
    page.keyboard.press("Enter")
    expect(part).to_contain_text("Mati: masuk cukup dengan kata sandi")
