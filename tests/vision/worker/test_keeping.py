"""What analytics know is there again after a restart, and a disk that fails costs nothing else."""

import sqlite3
from pathlib import Path

from ronda.base.time import HZ_90K
from ronda.vision.worker.keeping import EACH_90K, Keeping, Memories


class Watching:
    """Something that knows."""

    def __init__(self, known: Memories | None = None) -> None:
        self.known = known or {}

    def memory(self) -> Memories:
        return self.known

    def recall(self, memories: Memories) -> None:
        if "bad" in memories:
            raise ValueError("bad")
        self.known = memories


ONE: Memories = {"parking kerb": [{"standing": [1]}]}
TWO: Memories = {"parking kerb": [{"standing": [1, 2]}]}


def recalled(path: Path, camera: str = "gate") -> Memories:
    other = Watching()
    Keeping(str(path)).recall(camera, other)
    return other.known


def test_what_is_kept_is_there_for_whoever_watches_next_and_for_no_other_camera(tmp_path: Path) -> None:
    path = tmp_path / "kept" / "watching.sqlite"
    keeping, watching = Keeping(str(path)), Watching(ONE)
    keeping.keep("gate", watching, HZ_90K)
    assert recalled(path) == ONE
    assert recalled(path, "yard") == {}


def test_it_is_written_each_ten_seconds_and_at_once_when_something_is_said(tmp_path: Path) -> None:
    path = tmp_path / "watching.sqlite"
    keeping, watching = Keeping(str(path)), Watching(ONE)
    keeping.keep("gate", watching, HZ_90K)
    watching.known = TWO
    keeping.keep("gate", watching, 2 * HZ_90K)
    assert recalled(path) == ONE
    keeping.keep("gate", watching, 2 * HZ_90K, at_once=True)
    assert recalled(path) == TWO
    watching.known = ONE
    keeping.keep("gate", watching, 2 * HZ_90K + EACH_90K)
    assert recalled(path) == ONE


def test_damage_and_other_versions_cost_only_what_was_kept(tmp_path: Path) -> None:
    path = tmp_path / "watching.sqlite"
    Keeping(str(path)).keep("gate", Watching({"bad": []}), HZ_90K)
    assert recalled(path) == {}
    with sqlite3.connect(path) as file:
        file.execute("update camera set body = 'no json'")
    assert recalled(path) == {}
    with sqlite3.connect(path) as file:
        file.execute("pragma user_version = 9")
    keeping = Keeping(str(path))
    keeping.keep("gate", Watching(ONE), HZ_90K)
    assert recalled(path) == ONE
    path.write_bytes(b"no database at all" * 100)
    broken = Keeping(str(path))
    broken.keep("gate", Watching(ONE), HZ_90K)
    broken.recall("gate", Watching())


def test_nothing_is_kept_where_there_is_no_file_and_of_those_who_remember_nothing() -> None:
    keeping, watching = Keeping(), Watching(ONE)
    keeping.keep("gate", watching, HZ_90K)
    keeping.recall("gate", watching)
    assert watching.known == ONE


def test_what_a_new_camera_knows_of_nothing_is_no_row(tmp_path: Path) -> None:
    path = tmp_path / "watching.sqlite"
    keeping = Keeping(str(path))
    keeping.keep("gate", Watching(), HZ_90K)
    keeping.keep("yard", object(), HZ_90K)
    with sqlite3.connect(path) as file:
        assert file.execute("select count(*) from camera").fetchone() == (0,)
