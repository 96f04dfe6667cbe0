"""`python -m ronda.vision.worker FD`: one vision worker on a socket that the node has handed over."""

import argparse
import os
import signal
import socket

from ronda.base.logging import configure, get_logger
from ronda.vision.worker.tools import tools
from ronda.vision.worker.worker import Worker

_log = get_logger("vision")


def main() -> int:
    """Work until the node says so or goes; return the exit status."""
    parser = argparse.ArgumentParser(prog="ronda.vision.worker", description=__doc__)
    parser.add_argument("fd", type=int, help="the socket to the node")
    parser.add_argument("--nice", type=int, default=0, help="how much less urgent than everything else")
    parser.add_argument("--log-level", default="info", choices=("debug", "info", "warning", "error"))
    asked = parser.parse_args()
    configure(asked.log_level)
    # A terminal's Ctrl-C reaches every process of its group; the node alone says when it is over.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if asked.nice:
        os.nice(asked.nice)
    with socket.socket(fileno=asked.fd) as connection:
        try:
            Worker(connection, tools()).run()
        except ConnectionError:
            _log.debug("the node has gone")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
