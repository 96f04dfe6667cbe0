"""A vision worker as a process of its own that finds the yellow bar of `tests.media.pictures`.

It hangs at a document that says so. Another eye than `bar` must be in the folder of models.
"""

import argparse
import os
import socket
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tests.vision.worker.seeing import BarEye, BarWatch

from ronda.vision.detectors.contract import EyeName
from ronda.vision.detectors.eyes import open_eye
from ronda.vision.worker.worker import Tools, Worker


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("fd", type=int)
    parser.add_argument("--nice", type=int, default=0)
    asked = parser.parse_args()
    os.nice(asked.nice)
    with socket.socket(fileno=asked.fd) as connection:
        try:
            Worker(connection, Tools(_open_eye, _open_watching)).run()
        except ConnectionError:
            pass


def _open_eye(name: str, models: Path) -> BarEye:
    if name != BarEye.name.id:
        open_eye(name, models)  # says what is wrong with it; the bar is found by the bar's eye all the same
    return BarEye()


def _open_watching(document: Mapping[str, Any], eye: EyeName | None, models: Path) -> BarWatch:
    if document.get("hang"):
        time.sleep(600)
    return BarWatch(document, eye, models)


if __name__ == "__main__":
    main()
