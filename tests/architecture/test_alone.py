"""A test that measures time waits for the others, and they wait for it."""

import threading
import time
from pathlib import Path

from tests.alone import FIRST_PORT, free_port, turn


def test_one_alone_shares_the_room_with_nobody(tmp_path: Path) -> None:
    inside: list[str] = []
    log: list[tuple[str, ...]] = []
    begun = threading.Event()

    def sit(name: str, alone: bool, seconds: float) -> None:
        with turn(tmp_path, alone=alone):
            inside.append(name)
            log.append(tuple(sorted(inside)))
            begun.set()
            time.sleep(seconds)
            inside.remove(name)

    threads = [threading.Thread(target=sit, args=("first", False, 0.3))]
    threads[0].start()
    begun.wait(5)
    threads += [threading.Thread(target=sit, args=("alone", True, 0.2))]
    threads[1].start()
    time.sleep(0.1)
    threads += [threading.Thread(target=sit, args=("later", False, 0.0))]
    threads[2].start()
    for thread in threads:
        thread.join(10)
    assert log == [("first",), ("alone",), ("later",)], "who comes later does not pass the one that waits"


def test_two_share_it(tmp_path: Path) -> None:
    with turn(tmp_path, alone=False), turn(tmp_path, alone=False):
        pass


def test_ports_are_this_workers_own() -> None:
    ports = {free_port() for _ in range(20)}
    assert len(ports) > 10
    assert all(FIRST_PORT <= port < 32_768 for port in ports)
