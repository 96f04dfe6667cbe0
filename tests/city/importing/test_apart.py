"""A file read in a process of its own gives what it would give here, and leaves no process behind."""

import os
import signal
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from tests.city.importing.conftest import KNOWN, Plans, after
from tests.city.importing.test_cameras import TABLE

from ronda.base.errors import BadInput, Busy
from ronda.city.camera import Quarantine, Trouble, TroubleCause
from ronda.city.importing.apart import Apart
from ronda.city.importing.known import Known, Rights
from ronda.city.importing.messages import Task
from ronda.city.importing.plan import Plan
from ronda.city.owner import Agency
from ronda.city.site import Link, Tower

Read = Callable[..., Plan]


@pytest.fixture
def read(tmp_path: Path) -> Read:
    """Read a text as a table of cameras, or of areas, in a process of its own."""

    def make(text: str, known: Known = KNOWN, *, areas: bool = False, rights: Rights | None = None) -> Plan:
        path = tmp_path / "apart.csv"
        path.write_text(text)
        task = Task(path, areas, rights or Rights(), "local", 0)
        return Apart().read(task, known, told.append)

    told: list[int] = []
    return make


def test_it_says_the_same_as_here(read: Read, plan: Plans) -> None:
    wrong = TABLE + "gang-3,Pos,nowhere,,,,,,,,,,,,,\n"
    assert read(wrong) == plan(wrong)
    assert read(wrong, rights=Rights(("33.74.13.1007",))) == plan(wrong, rights=Rights(("33.74.13.1007",)))


def test_it_is_told_the_whole_register(read: Read, plan: Plans) -> None:
    there = after(KNOWN, plan(TABLE))
    camera, site = there.cameras["gang-1"], there.sites["krapyak-rt03"]
    camera = replace(
        camera,
        trouble=Trouble(TroubleCause.CABLE, date(2026, 3, 1), note="putus"),
        quarantine=Quarantine("rusak", 1, "test"),
        masks=(((0.0, 0.0), (0.5, 0.0), (0.5, 0.5)),),
    )
    site = replace(site, link=Link(provider="Telkom"), tower=Tower("Menara"), agency="diskominfo")
    there = replace(
        there,
        cameras={**there.cameras, camera.id: camera},
        sites={site.id: site},
        agencies={"diskominfo": Agency("diskominfo", "Dinas")},
    )
    assert read(TABLE, there).unchanged == 2
    changed = "id,arah\ngang-1,121\n"
    assert read(changed, there) == plan(changed, there)


def test_areas_are_read_there_too(read: Read) -> None:
    feature = '{"type": "Feature", "properties": {"kode": "33.74.13.1008", "nama": "Karangayu"}, "geometry": null}'
    found = read(f'{{"type": "FeatureCollection", "features": [{feature}]}}', areas=True)
    assert [area.id for area in found.edit.areas] == ["33.74.13.1008"]


def test_what_cannot_be_read_is_told_with_its_mend(read: Read) -> None:
    with pytest.raises(BadInput, match="none of the columns is known") as refused:
        read("a,b\n1,2\n")
    assert "name them as the template does" in refused.value.mend


def test_a_reader_that_is_killed_or_stopped_is_told(tmp_path: Path) -> None:
    path = tmp_path / "slow.csv"
    path.write_text("id,nama\n" + "".join(f"gang-{number},Gang\n" for number in range(90_000)))
    task = Task(path, False, Rights(), "local", 0)

    def killed(_: int) -> None:
        for child in _children():
            os.kill(child, signal.SIGKILL)

    with pytest.raises(RuntimeError, match="ended with -9"):
        Apart().read(task, KNOWN, killed)
    apart = Apart()
    threading.Timer(0.1, apart.stop).start()
    with pytest.raises(Busy, match="stopping"):
        apart.read(task, KNOWN, lambda _: None)
    assert not _children()


def test_one_that_was_stopped_before_it_began_does_not_begin(tmp_path: Path) -> None:
    apart, began = Apart(), time.monotonic()
    apart.stop()
    with pytest.raises(Busy):
        apart.read(Task(tmp_path / "none", False, Rights(), "local", 0), KNOWN, lambda _: None)
    assert time.monotonic() - began < 5
    assert not _children()


def _children() -> list[int]:
    every = Path("/proc/self/task").glob("*/children")
    pids = [int(pid) for one in every for pid in one.read_text().split()]
    return [pid for pid in pids if b"importing.reader" in Path(f"/proc/{pid}/cmdline").read_bytes()]
