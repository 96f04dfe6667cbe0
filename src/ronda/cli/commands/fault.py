"""`ronda fault`: let something go wrong with a simulated camera, over the simulator's HTTP control."""

import re
import time
from typing import Any, Final
from urllib.parse import quote

import click
import httpx

from ronda.base.errors import BadInput, Busy, NotFound
from ronda.cli.command import Command
from ronda.cli.table import print_table

_CONTROL: Final = "http://127.0.0.1:8556"
_KINDS: Final = ("drop", "silence", "freeze", "black", "turned", "timestamps", "unauthorised", "slow")
_UNITS_S: Final = {"": 1.0, "s": 1.0, "m": 60.0, "h": 3600.0}
# The pictures of a fault may have to be drawn first.
_ANSWER_S: Final = 60.0
_AGAIN_S: Final = 1.0


def duration_s(text: str) -> float:
    """Return the seconds of `30s`, `5m`, `1h` or a plain number of seconds.

    Raises:
        BadInput: It is none of them.
    """
    found = re.fullmatch(r"(\d+(?:\.\d+)?)([smh]?)", text.strip())
    if found is None or float(found[1]) <= 0:
        raise BadInput(f"{text[:40]!r} is not a duration", "write 30s, 5m or 1h")
    return float(found[1]) * _UNITS_S[found[2]]


@click.command(cls=Command)
@click.argument("camera", required=False)
@click.argument("kind", required=False, type=click.Choice(_KINDS))
@click.option("--for", "lasting", metavar="30s", help="How long (30s, 5m, 1h); until cleared where not given.")
@click.option("--clear", is_flag=True, help="End the camera's fault.")
@click.option("--list", "listing", is_flag=True, help="List the faults there are now.")
@click.option("--control", default=_CONTROL, show_default=True, metavar="URL", help="The simulator's control.")
def fault(camera: str | None, kind: str | None, lasting: str | None, clear: bool, listing: bool, control: str) -> None:
    """Let something go wrong with a simulated camera, and right again."""
    if listing:
        _list(_ask(control, "GET", "/faults").json()["faults"])
    elif camera and clear:
        _ask(control, "DELETE", _path(camera))
        click.echo(f"{camera}: no fault")
    elif camera and kind:
        wanted: dict[str, Any] = {"kind": kind}
        if lasting:
            wanted["duration_s"] = duration_s(lasting)
        _ask(control, "PUT", _path(camera), wanted)
        click.echo(f"{camera}: {kind}, {f'for {lasting}' if lasting else f'until ronda fault {camera} --clear'}")
    else:
        raise click.UsageError("say CAMERA KIND, CAMERA --clear or --list", click.get_current_context())


def _path(camera: str) -> str:
    return f"/cameras/{quote(camera, safe='')}/fault"


def _list(faults: dict[str, str]) -> None:
    if faults:
        print_table(("camera", "fault"), sorted(faults.items()))
    else:
        click.echo("no faults")


def _ask(control: str, verb: str, path: str, body: dict[str, Any] | None = None) -> httpx.Response:
    """Return the control's good answer; while pictures are being drawn for it, ask again."""
    end = time.monotonic() + _ANSWER_S
    while True:
        try:
            return _ask_once(control, verb, path, body)
        except Busy:
            if time.monotonic() > end:
                raise
        time.sleep(_AGAIN_S)


def _ask_once(control: str, verb: str, path: str, body: dict[str, Any] | None) -> httpx.Response:
    """Return the control's good answer; what it refuses is raised as it said it."""
    try:
        answer = httpx.request(verb, control.rstrip("/") + path, json=body, timeout=_ANSWER_S, trust_env=False)
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        mend = "start ronda demo or ronda simulate; it prints its control's address, give that with --control"
        raise NotFound(f"no simulator answers at {control}", mend) from error
    if answer.is_success:
        return answer
    try:
        told = answer.json()
        detail, mend = str(told["detail"]), told.get("mend")
    except (ValueError, KeyError, TypeError) as error:
        raise BadInput(f"{control} is not a simulator's control (it answered {answer.status_code})") from error
    kind = {404: NotFound, 503: Busy}.get(answer.status_code, BadInput)
    raise kind(detail, str(mend or ""))
