"""Stopping: the first signal asks, the second insists."""

import os
import signal
import subprocess
import sys
import time

from ronda.base.shutdown import Shutdown

PROGRAM = """
import asyncio
from ronda.base.loop import run
from ronda.base.shutdown import Shutdown

async def main():
    async with Shutdown() as shutdown:
        print("ready", type(asyncio.get_running_loop()).__module__, flush=True)
        print(await shutdown.wait(), flush=True)
        {then}

run(main())
"""


def program(then: str) -> subprocess.Popen[str]:
    process = subprocess.Popen([sys.executable, "-c", PROGRAM.format(then=then)], stdout=subprocess.PIPE, text=True)
    assert process.stdout
    assert process.stdout.readline().startswith("ready uvloop")
    return process


def test_sigterm_ends_it_in_good_order() -> None:
    process = program("print('closed', flush=True)")
    process.send_signal(signal.SIGTERM)
    output, _ = process.communicate(timeout=10)
    assert output == "SIGTERM\nclosed\n"
    assert process.returncode == 0


def test_a_second_signal_ends_it_at_once() -> None:
    process = program("await asyncio.sleep(60)")
    assert process.stdout
    process.send_signal(signal.SIGINT)
    assert process.stdout.readline() == "SIGINT\n"
    time.sleep(0.05)
    process.send_signal(signal.SIGTERM)
    process.communicate(timeout=10)
    assert process.returncode == -signal.SIGTERM


async def test_asking_without_a_signal() -> None:
    before = signal.getsignal(signal.SIGTERM)
    async with Shutdown() as shutdown:
        assert not shutdown.asked
        shutdown.ask("the demo ended")
        os.kill(os.getpid(), 0)
        assert await shutdown.wait() == "the demo ended"
    assert signal.getsignal(signal.SIGTERM) == before
