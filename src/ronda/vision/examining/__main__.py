"""`python -m ronda.vision.examining`: one examination; its order is JSON on stdin, see `order.py`.

On stdout one JSON line for each step of progress, `{"done": 0.25}`, and at last `{"found": 12}`. The last one has
`"needs_model": true` where likeness was wanted and no model of it is there, `"left_out": 3` where more was found than
wanted, and `"bad": 4` where pictures of the clip were damaged. The folder `out` then holds `found.json` (what was
found, see `found.py`), `N.jpg` of each and `N-plate.jpg` of those whose plate was read. Exit status 0; else 1 and a
line on stderr that says what is wrong and how to mend it.
"""

import json
import os
import sys
from typing import Any, Final, TextIO

from ronda.base.errors import RondaError
from ronda.vision.examining.clip import Outcome, examine, write
from ronda.vision.examining.order import read_order

_STEP: Final = 0.01
_LARGEST_ORDER: Final = 1 << 20


class Progress:
    """Tells how far it is, not more often than each hundredth."""

    def __init__(self, told: TextIO) -> None:
        self._told = told
        self._next = 0.0

    def __call__(self, done: float) -> None:
        """Tell the share that is done, 0 to 1."""
        if done >= self._next:
            self._next = done + _STEP
            say(self._told, {"done": round(done, 4)})


def say(told: TextIO, what: dict[str, Any]) -> None:
    """Write one line."""
    told.write(json.dumps(what) + "\n")
    told.flush()


def last(outcome: Outcome) -> dict[str, Any]:
    """Return what the last line says."""
    more = {"left_out": outcome.left_out, "needs_model": outcome.needs_model, "bad": outcome.bad}
    return {"found": len(outcome.found)} | {name: value for name, value in more.items() if value}


def main() -> int:
    """Examine; return the exit status. What libraries print goes to stderr."""
    told = os.fdopen(os.dup(sys.stdout.fileno()), "w")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    try:
        order = read_order(sys.stdin.read(_LARGEST_ORDER))
        outcome = examine(order, Progress(told))
        write(outcome, order.out)
        say(told, last(outcome))
    except RondaError as error:
        print(error, file=sys.stderr)  # noqa: T201  # whoever started it reads this
        return 1
    except BrokenPipeError:  # whoever started it has gone
        return 1
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
