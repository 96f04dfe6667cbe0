"""`ronda fetch`."""

import json
import time
from collections.abc import Mapping
from typing import Any, Final

import click

from ronda.base.errors import RondaError
from ronda.cli.client import ask, segment
from ronda.cli.command import Group
from ronda.cli.moment import Moment
from ronda.cli.table import print_table

_POLL_S: Final = 1.0
_from = click.option("--from", "from_", type=Moment(), required=True, help="Start, as 2026-11-21T19:00:00Z.")
_to = click.option("--to", type=Moment(), required=True, help="End.")


@click.group(cls=Group)
def fetch() -> None:
    """Bring footage that is still at a camera's recorder into the archive."""


@fetch.command("list")
@click.argument("camera")
@_from
@_to
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def list_(camera: str, from_: str, to: str, as_json: bool) -> None:
    """Say what the recorder of CAMERA has kept and is not here."""
    told = ask(lambda api: api.get(f"/cameras/{segment(camera)}/site-footage", **{"from": from_, "to": to}))
    if as_json:
        click.echo(json.dumps(told, indent=2))
        return
    if not told["at_site"]:
        click.echo("nothing of that time is at the recorder that is not here")
        return
    print_table(("FROM", "TO"), [(one["from"], one["to"]) for one in told["at_site"]])
    if not told["exact"]:
        click.echo("holes in it are not known before it is fetched")
    if told["clock_offset_s"]:
        click.echo(f"the recorder's clock is {told['clock_offset_s']:+.0f} s from ours; the times here are set right")


@fetch.command()
@click.argument("camera")
@_from
@_to
@click.option(
    "--when", type=click.Choice(["now", "night"]), help="Left out, at once up to half an hour, else by night."
)
@click.option("--mbps", type=float, help="The most of the site's line that is taken; 0 for all.")
@click.option("--keep-days", type=click.IntRange(0, 30), default=30, show_default=True, help="For how long it is kept.")
@click.option("--wait", is_flag=True, help="Wait until it is here.")
def start(
    camera: str, from_: str, to: str, *, when: str | None, mbps: float | None, keep_days: int, wait: bool
) -> None:
    """Fetch a stretch of CAMERA, a day at most; prints the order's id last."""
    body = {"from": from_, "to": to, "when": when, "mbps": mbps, "keep_days": keep_days}
    made = ask(lambda api: api.post(f"/cameras/{segment(camera)}/fetches", body))
    if wait:
        made = _waited(made["id"])
    for one in made["missing"]:
        click.echo(f"the recorder has nothing from {one['from']} to {one['to']}", err=True)
    click.echo(made["id"])


def _waited(identifier: str) -> Any:
    """Return an order when it is done.

    Raises:
        RondaError: It came to nothing.
    """
    while True:
        told = ask(lambda api: api.get(f"/fetches/{segment(identifier)}"))
        if told["state"] == "done":
            return told
        if told["state"] not in ("waiting", "fetching"):
            raise RondaError(told["problem"] or "it was cancelled", told["mend"])
        time.sleep(_POLL_S)


@fetch.command()
@click.option("--camera", help="Of one camera.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def orders(camera: str | None, as_json: bool) -> None:
    """List what was ordered, and how far it is."""
    params = {"camera": camera} if camera else {}
    told = ask(lambda api: api.get("/fetches", **params))["fetches"]
    if as_json:
        click.echo(json.dumps(told, indent=2))
        return
    rows = [
        (one["id"], one["camera"], one["from"], one["to"], one["state"], f"{one['progress']:.0%}", _remark(one))
        for one in told
    ]
    print_table(("ID", "CAMERA", "FROM", "TO", "STATE", "HERE", "REMARK"), rows)


@fetch.command()
@click.argument("identifier", metavar="ID")
def stop(identifier: str) -> None:
    """Stop fetching; what came stays."""
    ask(lambda api: api.delete(f"/fetches/{segment(identifier)}"))
    click.echo(f"{identifier} is not fetched on")


def _remark(one: Mapping[str, Any]) -> str:
    if one["problem"]:
        return str(one["problem"])
    return f"at {one['next']}" if one["next"] else ""
