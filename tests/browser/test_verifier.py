"""The page that strangers verify with: opened from a file, offline, by the rules of `ronda verify`."""

import functools
import hashlib
import re
import tempfile
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from typing import Final, TypeVar

import pytest
from playwright.sync_api import Page
from tests.browser.conftest import ASSETS, PHONE, OpenPage
from tests.evidence.exported import GAP, START_90K, Export, authority, export, years
from tests.evidence.verifying.test_verify import MALFORMED, change

from ronda.base.time import format_rfc3339
from ronda.evidence.seal.authority import Authority
from ronda.evidence.seal.manifest import ClockSaid, Segment, TimeStampSaid
from ronda.evidence.seal.repeated import sign_again
from ronda.evidence.verifying.beside import Trust, find
from ronda.evidence.verifying.verdict import Kind
from ronda.evidence.verifying.verify import verify
from ronda.store.secrets import Secrets
from ronda.web.pages import _read

Made = TypeVar("Made")
PAGE: Final = ASSETS / "verify.html"
AXE: Final = Path(__file__).resolve().parents[2] / "frontend" / "node_modules" / "axe-core" / "axe.min.js"
_MOMENT: Final = format_rfc3339(START_90K)

pytestmark = pytest.mark.skipif(not PAGE.is_file(), reason="the pages are not built (npm run build in frontend)")


def _cut(sealed: Export, keep: int) -> None:
    sealed.path.write_bytes(sealed.path.read_bytes()[:keep])


def _unsealed(sealed: Export) -> None:
    data = sealed.path.read_bytes()
    _cut(sealed, data.rindex(b"meta") - 4)


def _without(*names: str) -> Callable[[Export], None]:
    def remove(sealed: Export) -> None:
        for name in names:
            getattr(sealed, name).unlink()

    return remove


def _foreign(sealed: Export) -> None:
    _unsealed(sealed)
    _without("manifest", "signature", "certificates")(sealed)


def _edited(sealed: Export) -> None:
    sealed.manifest.write_bytes(sealed.manifest.read_bytes().replace(b"Siti", b"Susi", 1))


def _again(sealed: Export) -> None:
    sign_again(sealed.path, authority().signer(), "diterima utuh <b>&amp;</b>")


def _again_and_changed(sealed: Export) -> None:
    _again(sealed)
    change(sealed.path, sealed.path.read_bytes().index(b"diterima"))


@functools.cache
def _forger() -> Authority:
    """Return an authority of the same name that is not the city's; made once, for keys take their time."""
    folder = Path(tempfile.mkdtemp(prefix="ronda-forger-"))
    return Authority.at(folder / "forger", Secrets.at(folder / "key"), "Kota Semarang")


def _forged(sealed: Export) -> None:
    export(sealed.path.parent, _forger().signer())


def _mixed(sealed: Export) -> None:
    before = sealed.path.read_bytes()
    _forged(sealed)
    sealed.path.write_bytes(before)


def _changed(**fields: object) -> Callable[[Export], None]:
    return lambda sealed: _discard(export(sealed.path.parent, **fields))  # type: ignore[arg-type]


def _discard(_: object) -> None:
    return None


def _flipped(seed: int) -> Callable[[Export], None]:
    def flip(sealed: Export) -> None:
        path = sealed.files[seed % 3]
        at = int.from_bytes(hashlib.sha256(bytes((seed,))).digest()[:4], "big")
        change(path, at % path.stat().st_size if seed % 2 else path.stat().st_size - 1 - at % 384, seed % 8)

    return flip


CASES: Final[dict[str, Callable[[Export], None]]] = {
    "whole": lambda sealed: None,
    "gaps": _changed(gaps=[GAP]),
    "clock": _changed(clock=ClockSaid(offset_s=-3.25), signed_video=True),
    "stamp failed": _changed(time_stamp=TimeStampSaid(state="failed", server="cap.example.id", reason="no answer")),
    "stamp gone": _changed(time_stamp=TimeStampSaid(state="made", server="cap.example.id")),
    "stamp junk": lambda sealed: _discard(sealed.path.with_suffix(".tsr").write_bytes(b"junk")),
    "picture": lambda sealed: change(sealed.path, sealed.path.stat().st_size // 2),
    "head": lambda sealed: change(sealed.path, 60),
    "operator": lambda sealed: change(sealed.path, sealed.path.read_bytes().index(b"Siti")),
    "cut in pictures": lambda sealed: _cut(sealed, 90_000),
    "cut in seal": lambda sealed: _cut(sealed, -700),
    "unsealed": _unsealed,
    "foreign": _foreign,
    "no manifest": _without("manifest", "signature"),
    "no signature": _without("signature"),
    "no certificates": _without("certificates"),
    "film alone": _without("manifest", "signature", "certificates"),
    "edited": _edited,
    "again": _again,
    "again and changed": _again_and_changed,
    "forged": _forged,
    "mixed": _mixed,
    "expired": _changed(sealed_at=datetime.now(UTC) + years(4)),
    "altered before": _changed(
        segments=(Segment(file="a.mp4", start=_MOMENT, end=_MOMENT, size=1, sha256="0" * 64, kept_sha256="1" * 64),),
        parts=(),
    ),
    **{f"bit {seed}": _flipped(seed) for seed in range(18)},
    **{
        f"malformed: {kind}": lambda sealed, made=made: _discard(sealed.path.write_bytes(made()))  # type: ignore[misc]
        for kind, made in MALFORMED.items()
    },
}


def apart(work: Callable[[], Made]) -> Made:
    """Do what reads files in a thread: Playwright's loop runs in this one."""
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(work).result()


Verdicts = dict[str, tuple[str, set[str]]]


def shown(page: Page, files: list[Path], fingerprint: str, count: int) -> Verdicts:
    """Hand files to the page; return (verdict, codes of findings) by the film's name."""
    page.locator("#fingerprint").fill(fingerprint)
    page.locator("#files").set_input_files(files)
    page.locator("article").nth(count - 1).wait_for()
    found = page.locator("article").evaluate_all(
        "all => all.map((one) => [one.querySelector('.file').textContent, one.dataset.verdict, one.dataset.codes])"
    )
    return {file: (verdict, set(codes.split())) for file, verdict, codes in found}


def prepared(folder: Path) -> list[Export]:
    """Make every case, each under a name of its own."""
    master = export(folder / "master")
    cases = []
    for number, prepare in enumerate(CASES.values()):
        sealed = master.copy(folder / str(number))
        prepare(sealed)
        case = Export(folder / "all" / f"{number}.mp4")
        case.path.parent.mkdir(exist_ok=True)
        for file in sealed.path.parent.glob("krapyak.*"):
            file.rename(case.path.parent / file.name.replace("krapyak", str(number), 1))
        cases.append(case)
    return cases


def judged(cases: list[Export], fingerprint: str) -> Verdicts:
    """Return what the command says, in the same form."""
    trust = Trust.parse([fingerprint] if fingerprint else [])
    verdicts = [verify(case.path, find(case.path), trust) for case in cases]
    return {one.file: (one.kind.value, {found.code for found in one.findings}) for one in verdicts}


def test_it_comes_to_the_verdicts_of_the_command(open_page: OpenPage, tmp_path: Path) -> None:
    cases = apart(lambda: prepared(tmp_path))
    files = sorted((tmp_path / "all").iterdir())
    for given in ("", apart(lambda: authority().current.authority_fingerprint)):
        expected = apart(lambda given=given: judged(cases, given))  # type: ignore[misc]
        found = shown(open_page(PAGE.as_uri()), files, given, len(cases))
        names = list(CASES)
        differing = {
            names[int(Path(file).stem)]: (found.get(file), said)
            for file, said in expected.items()
            if found.get(file) != said
        }
        assert differing == {}
    assert {kind for kind, _ in expected.values()} == set(Kind)


def test_a_person_reads_it_on_a_phone_with_the_keyboard_alone(open_page: OpenPage, tmp_path: Path) -> None:
    sealed = apart(lambda: export(tmp_path, gaps=[GAP]))
    apart(lambda: _again(sealed))
    page = open_page(PAGE.as_uri(), PHONE)
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.id") == "files"
    page.locator("#files").set_input_files(sealed.files)
    assert page.get_by_role("heading", level=2).inner_text() == "ASLI, ADA JEDA"
    assert "belum dibandingkan" in page.locator(".open").inner_text()
    assert "kamera diam" in page.locator("article").inner_text()
    assert "diterima utuh <b>&amp;</b>" in page.locator("article").inner_text()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.keyboard.press("Tab")
    page.keyboard.type("abc")
    assert "64 digit" in page.locator("#wrong").inner_text()
    page.locator("#fingerprint").fill(apart(lambda: authority().current.authority_fingerprint).upper())
    page.get_by_text("diterbitkan oleh otoritas yang Anda berikan").wait_for()
    page.get_by_role("button", name="English").press("Enter")
    assert page.get_by_role("heading", level=2).inner_text() == "AUTHENTIC, WITH GAPS"
    assert page.evaluate("document.documentElement.lang") == "en"
    page.add_init_script(path=AXE)
    page.reload()
    page.locator("#files").set_input_files(sealed.files)
    page.locator("article").wait_for()
    findings = page.evaluate("axe.run().then((found) => found.violations)")
    assert [one["id"] for one in findings if one["impact"] in ("serious", "critical")] == []


def test_files_are_dropped_one_after_the_other(open_page: OpenPage, tmp_path: Path) -> None:
    sealed = apart(lambda: export(tmp_path))
    page = open_page(PAGE.as_uri() + "#" + apart(lambda: authority().current.authority_fingerprint))
    for path in reversed(sealed.files):
        page.locator("#files").set_input_files(path)
        if path != sealed.path:
            assert page.locator("article").count() == 0
            page.locator(".missing").wait_for()
    page.locator("article[data-verdict=authentic]").wait_for()
    page.locator("#files").set_input_files(apart(lambda: export(tmp_path / "other", name="lain")).files)
    page.locator("article").nth(1).wait_for()
    verdicts = page.locator("article").evaluate_all("all => all.map((one) => one.dataset.verdict)")
    assert verdicts == ["authentic", "authentic"]
    assert page.locator(".open").count() == 0


def test_it_works_under_the_policy_that_the_server_sends(open_page: OpenPage, tmp_path: Path) -> None:
    """`ronda.web.pages` sends the page's own policy as a header; frames are refused on top of it."""
    sealed = apart(lambda: export(tmp_path))
    file = apart(lambda: _read(ASSETS, PAGE.name))
    assert file is not None
    assert file.policy is not None
    page = open_page("about:blank")
    headers = {"Content-Security-Policy": file.policy, "Content-Type": file.kind}
    page.route("http://kota.example/verify.html", lambda route: route.fulfill(body=file.body, headers=headers))
    page.goto("http://kota.example/verify.html")
    page.locator("#files").set_input_files(sealed.files)
    page.locator("article[data-verdict=authentic]").wait_for()


def test_the_page_is_one_file_that_asks_no_network() -> None:
    text = PAGE.read_text()
    policy = re.search(r'Content-Security-Policy" content="([^"]*)"', text)
    assert policy
    assert "unsafe" not in policy[1]
    assert "default-src 'none'" in policy[1]
    assert not re.findall(r'(?:src|href)="(?!data:,)[^"]*"', text)
    assert "fetch(" not in text
    assert "XMLHttpRequest" not in text
    assert len(text) < 200_000
