"""Long work in a thread leaves the interpreter to others, and does not dawdle."""

import threading
import time

from ronda.base.bites import Bites


def test_work_rests_only_once_it_has_worked_for_a_while() -> None:
    bites, began = Bites(), time.perf_counter()
    for _ in range(50):
        bites.rest()
    assert time.perf_counter() - began < 0.1


def test_others_come_to_work_meanwhile() -> None:
    ended = threading.Event()

    def work() -> None:
        bites, until = Bites(), time.perf_counter() + 0.5
        while time.perf_counter() < until:
            sum(range(2_000))
            bites.rest()
        ended.set()

    threading.Thread(target=work).start()
    turns = 0
    while not ended.is_set():
        time.sleep(0.0005)  # gives the interpreter away, as the loop does when it waits
        turns += 1
    assert turns > 50  # a thread that never rests leaves 80 to the second, at best
