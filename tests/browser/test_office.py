"""The office's work on the screen: registry, map, publication, masks, quarantine, reports, personal data."""

import io
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from PIL import Image, ImageStat
from playwright.sync_api import Page, expect
from tests.browser.conftest import DESK, PHONE, OpenPage
from tests.browser.kampung import Office
from tests.browser.test_access import grave, tab_to
from tests.browser.town import PASSWORD, Film, Server, wait_until

KELURAHAN = "33.74.13.1006"
CAMERA = "krapyak-rt3-1"


@pytest.fixture(scope="module")
def kelurahan(
    tmp_path_factory: pytest.TempPathFactory, shared: Path, port_of_session: Callable[[], int]
) -> Iterator[Server]:
    """A server whose cameras residents see: one that lives, with a film to add another from."""
    folder = tmp_path_factory.mktemp("kelurahan")
    film = Film(shared, "street-corner-1.mp4", port_of_session(), folder)
    server = Server(folder / "data", port_of_session())
    try:
        film.start()
        server.start()
        office = Office(server)
        office.settle()
        office.hang(CAMERA, film.url, "RT 3 RW 4 Krapyak gang masuk", "krapyak-rt3")
        wait_until(lambda: office.published() == 1, "the camera is published")
        office.close()
        yield server
    finally:
        server.stop()
        film.stop()


@pytest.fixture
def public(kelurahan: Server) -> Iterator[httpx.Client]:
    """A resident's way in."""
    with httpx.Client(base_url=kelurahan.url, timeout=20, trust_env=False) as client:
        yield client


def opened(kelurahan: Server, open_page: OpenPage, path: str, viewport: dict[str, int] = PHONE) -> Page:
    """Open a page of the office as somebody who is signed in already."""
    page = open_page(f"{kelurahan.url}/rules", viewport)
    answer = page.request.post(f"{kelurahan.url}/api/v1/session", data={"name": "admin", "password": PASSWORD})
    assert answer.ok, answer.text()
    page.goto(f"{kelurahan.url}{path}")
    return page


def api(page: Page, path: str) -> Any:
    """What the API says to who is signed in on a page."""
    answer = page.request.get(f"{page.url.split('/', 3)[0]}//{page.url.split('/')[2]}/api/v1/{path}")
    assert answer.ok, answer.text()
    return answer.json()


def test_a_site_is_added_placed_on_the_map_and_put_back(kelurahan: Server, open_page: OpenPage) -> None:
    page = opened(kelurahan, open_page, "/registry/sites")
    expect(page.get_by_test_id("registry-count")).to_contain_text("dari 2")
    page.get_by_test_id("add").click()
    page.get_by_label("Nama", exact=True).fill("Pos Ronda Kenari")
    page.get_by_label("Kecamatan").select_option("33.74.13")
    page.get_by_label("Kelurahan").select_option(KELURAHAN)
    expect(page.locator('[data-testid="spot-map"][data-ready="true"]')).to_be_visible()
    page.get_by_test_id("spot-map").click(position={"x": 120, "y": 140})
    latitude = page.get_by_label("Lintang")
    expect(latitude).not_to_have_value("")
    expect(page.get_by_label("Kode", exact=True)).to_have_value("pos-ronda-kenari")
    page.get_by_role("button", name="Tambah titik").click()
    expect(page.get_by_role("heading", name="Pos Ronda Kenari")).to_be_visible()
    expect(page).to_have_url(re.compile("/registry/sites/pos-ronda-kenari$"))
    before = api(page, "sites/pos-ronda-kenari")
    assert before["area"] == KELURAHAN
    pin = page.get_by_role("button", name=re.compile("^Letak; geser"))
    pin.press("Shift+ArrowUp")
    pin.press("ArrowRight")
    page.get_by_label("Ada jaringan internet di titik ini").check()
    page.get_by_label("Keadaan jaringan").select_option("down")
    page.get_by_role("button", name="Simpan").click()
    said = page.get_by_test_id("said")
    expect(said).to_contain_text("Tersimpan.")
    after = api(page, "sites/pos-ronda-kenari")
    assert after["lat"] > before["lat"]
    assert after["lon"] > before["lon"]
    assert after["link"]["state"] == "down"
    page.get_by_role("button", name="Riwayat").click()
    history = page.get_by_test_id("history")
    expect(history).to_contain_text("admin mengubah")
    expect(history.get_by_role("listitem").first).to_contain_text("Keadaan jaringan")
    said.get_by_role("button", name="Urungkan").click()
    expect(said).to_contain_text("Diurungkan")
    assert api(page, "sites/pos-ronda-kenari")["link"] is None
    page.get_by_role("button", name="Data", exact=True).click()
    page.get_by_role("button", name="Hapus titik").click()
    page.get_by_role("button", name="Ya, hapus").click()
    expect(page.get_by_test_id("said")).to_contain_text("Pos Ronda Kenari dihapus.")
    expect(page.get_by_test_id("registry-count")).to_contain_text("dari 2")


def test_what_is_refused_is_said_and_what_was_written_stays(kelurahan: Server, open_page: OpenPage) -> None:
    page = opened(kelurahan, open_page, "/registry/areas?add", DESK)
    page.get_by_label("Nama", exact=True).fill("Wilayah <b>tebal</b>")
    page.get_by_label("Kode", exact=True).fill("semarang")
    page.get_by_role("button", name="Tambah wilayah").click()
    expect(page.get_by_role("alert")).to_contain_text("bukan kode wilayah")
    expect(page.get_by_role("alert")).to_contain_text("Tulis seperti 33.74.13.1006")
    expect(page.get_by_label("Nama", exact=True)).to_have_value("Wilayah <b>tebal</b>")
    page.get_by_label("Kode", exact=True).fill("33.74.13")
    page.get_by_role("button", name="Tambah wilayah").click()
    expect(page.get_by_text("Kode 33.74.13 sudah dipakai")).to_be_visible()


def test_a_camera_is_added_to_its_site_aimed_and_troubled(kelurahan: Server, open_page: OpenPage) -> None:
    page = opened(kelurahan, open_page, "/registry/cameras?add", DESK)
    page.get_by_label("Nama", exact=True).fill("gang belakang")
    page.get_by_role("searchbox", name="Titik").fill("johar")
    page.get_by_role("button", name="Pasar Johar").click()
    page.get_by_role("button", name="Tambah kamera").click()
    expect(page.get_by_role("heading", name="gang belakang")).to_be_visible()
    expect(page.get_by_text("Belum ada alamat; kamera ini belum tersambung.").first).to_be_visible()
    id = page.url.rpartition("/")[2]
    assert api(page, f"cameras/{id}/standing")["spot"]["site"] == "johar"
    place = page.get_by_test_id("place-form")
    place.get_by_label("Arah pandang").fill("135.5")
    place.get_by_label("Untuk apa").select_option("lalu lintas")
    place.get_by_label("Direncanakan").fill("2026-01-15")
    expect(place.locator('[data-testid="spot-map"][data-ready="true"]')).to_be_visible()
    box = place.get_by_test_id("spot-map").bounding_box()
    assert box is not None
    place.get_by_test_id("spot-map").click(position={"x": 200, "y": 150})
    pin = place.get_by_role("button", name=re.compile("^Letak; geser"))
    first = float(place.get_by_label("Bujur").input_value())
    held = pin.bounding_box()
    assert held is not None
    page.mouse.move(held["x"] + held["width"] / 2, held["y"] + held["height"] / 2)
    page.mouse.down()
    page.mouse.move(held["x"] + 90, held["y"] + 30, steps=5)
    page.mouse.up()
    expect(place.get_by_label("Bujur")).not_to_have_value(str(first))
    place.get_by_role("button", name="Simpan").click()
    expect(page.get_by_test_id("said")).to_contain_text("Tersimpan.")
    stands = api(page, f"cameras/{id}/standing")
    assert (stands["spot"]["bearing_deg"], stands["papers"]["purpose"]) == (135.5, "lalu lintas")
    assert stands["papers"]["stages"] == {"planned": "2026-01-15"}
    assert stands["spot"]["lon"] > first
    page.get_by_role("button", name="Catat gangguan").click()
    trouble = page.get_by_test_id("trouble-form")
    trouble.get_by_label("Sebab").select_option("cable")
    trouble.get_by_role("button", name="Simpan").click()
    expect(page.get_by_test_id("trouble")).to_contain_text("kabel putus")
    page.get_by_role("button", name="Sudah pulih").click()
    expect(page.get_by_test_id("trouble")).to_contain_text("Tidak ada gangguan yang tercatat.")
    code = page.get_by_test_id("pole-code")
    expect(code.get_by_text("Pindai untuk melapor")).to_be_visible()
    assert code.locator("img").evaluate("(code) => code.complete && code.naturalWidth > 0")
    page.emulate_media(media="print")
    expect(page.get_by_role("heading", name="Letak dan berkas")).to_be_hidden()
    expect(code.get_by_text("gang belakang")).to_be_visible()


def test_a_decision_tells_what_follows_and_is_taken_back(
    kelurahan: Server, open_page: OpenPage, public: httpx.Client
) -> None:
    page = opened(kelurahan, open_page, f"/publication?area={KELURAHAN}")
    row = page.locator('[data-kind="rt"]')
    expect(row).to_contain_text("diwarisi dari Semarang, semua jenis")
    row.get_by_role("button", name="Putuskan").click()
    form = page.get_by_test_id("decision-form")
    form.get_by_label("Tidak ditayangkan").check()
    expect(form.get_by_test_id("consequence")).to_contain_text("1 berubah bagi warga.")
    form.get_by_label("Alasan").fill("rapat warga 12 November")
    form.get_by_role("button", name="Putuskan").click()
    expect(row).to_contain_text("rapat warga 12 November")
    wait_until(lambda: public.get(f"/api/v1/public/cameras/{CAMERA}").status_code == 404, "it is hidden")
    page.get_by_test_id("said").get_by_role("button", name="Urungkan").click()
    expect(row).to_contain_text("diwarisi dari Semarang, semua jenis")
    wait_until(lambda: public.get(f"/api/v1/public/cameras/{CAMERA}").status_code == 200, "it is shown again")


def middle_of(picture: bytes) -> float:
    """How much the middle of a picture varies: what is painted over does not."""
    image = Image.open(io.BytesIO(picture)).convert("L")
    wide, high = image.size
    part = image.crop((int(wide * 0.42), int(high * 0.42), int(wide * 0.58), int(high * 0.58)))
    return float(ImageStat.Stat(part).stddev[0])


def test_a_mask_is_drawn_by_hand_and_by_keyboard_and_holds_for_residents(
    kelurahan: Server, open_page: OpenPage, public: httpx.Client
) -> None:
    def seen() -> httpx.Response:
        return public.get(f"/media/public/{CAMERA}/still.jpg", params={"width": 640})

    wait_until(lambda: seen().status_code == 200, "residents see a still")
    assert middle_of(seen().content) > 8
    page = opened(kelurahan, open_page, f"/publication/{CAMERA}", DESK)
    editor = page.get_by_test_id("mask-editor")
    editor.get_by_role("button", name="Tambah kotak").click()
    corner = editor.get_by_role("button", name="Topeng 1, sudut 1")
    at = corner.bounding_box()
    assert at is not None
    page.mouse.move(at["x"] + at["width"] / 2, at["y"] + at["height"] / 2)
    page.mouse.down()
    page.mouse.move(at["x"] - 40, at["y"] - 30, steps=4)
    page.mouse.up()
    moved = corner.bounding_box()
    assert moved is not None
    assert moved["x"] < at["x"] - 20
    editor.get_by_role("button", name="Topeng 1, sudut 3").press("Shift+ArrowRight")
    editor.get_by_role("button", name=re.compile("^Topeng 1: tambah sudut")).first.click()
    expect(editor).to_contain_text("5 sudut")
    editor.get_by_role("button", name="Topeng 1, sudut 2").press("Delete")
    expect(editor).to_contain_text("4 sudut")
    editor.get_by_role("button", name="Seperti dilihat warga").click()
    editor.get_by_role("button", name="Simpan topeng").click()
    expect(page.get_by_test_id("said")).to_contain_text("Topeng berlaku untuk warga.")
    assert len(api(page, f"cameras/{CAMERA}/standing")["masks"][0]) == 4
    wait_until(lambda: middle_of(seen().content) < 3, "the middle is painted over for residents")
    whole = page.request.get(f"{kelurahan.url}/api/v1/cameras/{CAMERA}/still.jpg?width=640")
    assert middle_of(whole.body()) > 8
    editor.get_by_role("button", name="Seperti dilihat warga").click()
    editor.get_by_role("button", name="Hapus topeng 1").click()
    editor.get_by_role("button", name="Gambar bebas").click()
    canvas = editor.get_by_test_id("mask-canvas")
    for x, y in ((60, 60), (160, 60), (110, 140)):
        canvas.click(position={"x": x, "y": y})
    editor.get_by_role("button", name="Selesai").click()
    expect(editor).to_contain_text("3 sudut")
    editor.get_by_role("button", name="Urungkan").click()
    expect(editor).to_contain_text("Belum ada topeng.")
    editor.get_by_role("button", name="Simpan topeng").click()
    wait_until(lambda: middle_of(seen().content) > 8, "nothing is painted over any more")


def test_a_withdrawn_camera_comes_back_once_somebody_has_looked(
    kelurahan: Server, open_page: OpenPage, public: httpx.Client
) -> None:
    page = opened(kelurahan, open_page, f"/publication/{CAMERA}")
    page.get_by_role("button", name="Tarik dari tayangan sekarang").click()
    page.get_by_label("Mengapa?").fill("menghadap ruang tamu")
    page.get_by_role("button", name="Tarik dari tayangan sekarang").click()
    expect(page.get_by_test_id("camera-quarantine")).to_contain_text("Dikarantina: menghadap ruang tamu")
    wait_until(lambda: public.get(f"/api/v1/public/cameras/{CAMERA}").status_code == 404, "it is withdrawn")
    page.goto(f"{kelurahan.url}/publication?quarantine")
    listed = page.get_by_test_id("quarantine")
    expect(listed).to_contain_text("menghadap ruang tamu")
    expect(listed.get_by_text("Sebelum karantina", exact=True)).to_be_visible()
    expect(listed.get_by_alt_text("Sekarang")).to_be_visible()
    assert grave(page) == []
    listed.get_by_role("button", name="Tayangkan lagi").click()
    page.get_by_role("button", name="Ya, sudah saya lihat").click()
    expect(page.get_by_text("Tidak ada kamera yang dikarantina.")).to_be_visible()
    wait_until(lambda: public.get(f"/api/v1/public/cameras/{CAMERA}").status_code == 200, "it is shown again")


def photo() -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (64, 48), (180, 60, 20)).save(out, "JPEG")
    return out.getvalue()


def test_reports_are_moderated_by_keyboard(kelurahan: Server, open_page: OpenPage, public: httpx.Client) -> None:
    def report(text: str, **files: Any) -> str:
        data = {"kind": "broken", "text": text, "camera": CAMERA}
        answer = public.post("/api/v1/public/reports", data=data, files=files or {"none": ("", b"")})
        assert answer.status_code == 201, answer.text
        return str(answer.json()["receipt"])

    dark = report("Gambarnya gelap sejak semalam")
    spam = report("<script>alert(1)</script> beli di sini", photo=("a.jpg", photo()))
    page = opened(kelurahan, open_page, "/moderation", DESK)
    expect(page.get_by_test_id("queue").get_by_role("listitem")).to_have_count(2)
    expect(page.get_by_role("button", name="Baru (2)")).to_be_visible()
    card = page.get_by_test_id("report")
    expect(card).to_contain_text("<script>alert(1)</script>")
    assert card.get_by_alt_text("Foto pelapor").evaluate("(one) => one.decode().then(() => one.naturalWidth)") == 64
    page.keyboard.press("j")
    expect(card).to_contain_text("gelap sejak semalam")
    page.keyboard.press("k")
    expect(card).to_contain_text("beli di sini")
    page.keyboard.press("r")
    expect(page.get_by_text("Fotonya dihapus dan tidak dapat dikembalikan.")).to_be_visible()
    page.get_by_role("button", name="Ya, tolak").click()
    expect(card).to_contain_text("gelap sejak semalam")
    card.get_by_label("Jawaban untuk pelapor").fill("Petugas datang besok")
    card.get_by_label("Tulisannya boleh terbit").check()
    card.get_by_label("Catat sebagai gangguan kamera").check()
    card.get_by_label("Sebab").select_option("unplugged")
    card.get_by_role("button", name="Terima").click()
    expect(page.get_by_test_id("empty")).to_have_text("Tidak ada laporan yang menunggu.")
    expect(page.get_by_role("button", name="Ditolak (1)")).to_be_visible()
    assert api(page, f"cameras/{CAMERA}/standing")["trouble"]["cause"] == "unplugged"
    told = public.get(f"/api/v1/public/reports/{dark}").json()
    assert (told["state"], told["note"]) == ("accepted", "Petugas datang besok")
    assert public.get(f"/api/v1/public/reports/{spam}").json()["state"] == "rejected"
    shown = public.get(f"/api/v1/public/cameras/{CAMERA}/reports").json()["reports"]
    assert [one["text"] for one in shown] == ["Gambarnya gelap sejak semalam"]


def test_a_request_for_data_is_made_answered_and_looked_up(kelurahan: Server, open_page: OpenPage) -> None:
    resident = open_page(f"{kelurahan.url}/privacy", PHONE)
    expect(resident.get_by_test_id("processing")).to_contain_text("kamera")
    assert grave(resident) == []
    form = resident.get_by_test_id("data-request-form")
    form.get_by_label("Apa yang Anda minta?").select_option("copy")
    form.get_by_label("Permintaan Anda").fill("Saya lewat di gang masuk pukul 07.30, berbaju merah.")
    form.get_by_label("Nama Anda").fill("Sri Wahyuni")
    form.get_by_label("Telepon atau surel").fill("0812 3456 789")
    form.get_by_role("button", name="Kirim permintaan").click()
    receipt = resident.get_by_test_id("data-receipt").locator("b").inner_text()
    page = opened(kelurahan, open_page, "/requests")
    card = page.get_by_test_id("data-request")
    expect(card).to_contain_text("Sri Wahyuni, 0812 3456 789")
    expect(card).to_contain_text(re.compile(r"sisa 2 hari 2\d jam"))
    card.get_by_role("button", name="Orangnya sudah dipastikan").click()
    expect(card).to_have_attribute("data-state", "verified")
    card.get_by_role("button", name="Jawab").click()
    card.get_by_label("Jawaban untuk pemohon").fill("Salinan dapat diambil di kelurahan.")
    card.get_by_role("button", name="Kirim jawaban").click()
    expect(card).to_have_attribute("data-state", "answered")
    asking = resident.get_by_test_id("ask-data-receipt")
    asking.get_by_label("Nomor permintaan").fill(receipt)
    asking.get_by_role("button", name="Periksa").click()
    expect(asking.get_by_role("status")).to_contain_text("Salinan dapat diambil di kelurahan.")
    page.get_by_role("button", name="Kebocoran").click()
    page.get_by_role("button", name="Catat kebocoran").click()
    breach = page.get_by_test_id("breach-form")
    breach.get_by_label("Apa yang terjadi").fill("Ponsel petugas hilang")
    breach.get_by_label("Data apa yang bocor").fill("Klip satu kamera")
    breach.get_by_role("button", name="Catat", exact=True).click()
    found = page.get_by_test_id("breach")
    expect(found).to_contain_text("Yang terdampak diberi tahu: belum")
    found.get_by_role("button", name=re.compile("Sudah diberi tahu, sekarang .Lembaga")).click()
    expect(found).not_to_contain_text("Lembaga diberi tahu: belum")
    page.get_by_role("button", name="Daftar pemrosesan").click()
    with page.expect_download() as download:
        page.get_by_role("link", name="Unduh penilaian dampak").click()
    assert "Penilaian dampak" in download.value.path().read_text()


def test_nothing_grave_on_the_offices_pages_on_a_phone(kelurahan: Server, open_page: OpenPage) -> None:
    page = opened(kelurahan, open_page, "/registry")
    expect(page.get_by_test_id("registry-list")).to_be_visible()
    addresses = (
        *("/registry/sites/johar", "/registry/partners?add", f"/registry/cameras/{CAMERA}"),
        *(f"/registry/cameras/{CAMERA}?history", "/publication", f"/publication/{CAMERA}"),
        *("/moderation", "/requests"),
    )
    for address in addresses:
        page.goto(f"{kelurahan.url}{address}")
        page.wait_for_load_state("networkidle")
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), address
        assert grave(page) == [], address


def test_the_office_is_reached_and_worked_by_keyboard_alone(kelurahan: Server, open_page: OpenPage) -> None:
    page = opened(kelurahan, open_page, "/wall", DESK)
    tab_to(page, "summary.button")
    page.keyboard.press("Enter")
    tab_to(page, 'a[href="/publication"]')
    page.keyboard.press("Enter")
    row = page.locator('[data-kind="market"]')
    expect(row).to_be_visible()
    tab_to(page, '[data-kind="market"] button')
    page.keyboard.press("Enter")
    tab_to(page, 'input[name="mode"]')
    page.keyboard.press("ArrowDown")
    expect(page.get_by_test_id("consequence")).to_be_visible()
    tab_to(page, '[data-testid="decision-form"] input:not([type="radio"])')
    page.keyboard.type("dicoba dengan papan ketik")
    page.keyboard.press("Enter")
    expect(row).to_contain_text("dicoba dengan papan ketik")
