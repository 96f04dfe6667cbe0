"""`ronda camera`."""

import json
from typing import Any

import click

from ronda.cli.client import ask, segment
from ronda.cli.command import Group
from ronda.cli.table import print_facts, print_table

_URL = "rtsp:// or rtsps://, rtmp, http(s) MJPEG or HLS, srt, or a file; user:password@ before the host."


@click.group(cls=Group)
def camera() -> None:
    """Add, list, show, change and remove cameras."""


@camera.command()
@click.argument("identifier", metavar="ID")
@click.option("--url", required=True, help=f"Address: {_URL}")
@click.option("--sub-url", help="Address of its small stream.")
@click.option("--name", help="What people call it; the id when not given.")
@click.option("--record/--no-record", default=None, help="Record it all the time (as when not given), or never.")
@click.option("--hours", help="Record only then, in the city's time: 18:00-06:00.")
@click.option("--days", type=int, help="Days that recordings are kept.")
def add(identifier: str, **given: Any) -> None:
    """Add a camera; ID is 1 to 63 of a-z, 0-9 and '-'. A running server dials it at once."""
    body = {"id": identifier, **_body(**given)}
    made = ask(lambda api: api.post("/cameras", body))
    click.echo(f"camera {made['id']} added")


@camera.command()
@click.argument("identifier", metavar="ID")
@click.option("--url", help=f"Address: {_URL}")
@click.option("--sub-url", help="Address of its small stream.")
@click.option("--name", help="What people call it.")
@click.option("--record/--no-record", default=None, help="Record it all the time, or never.")
@click.option("--hours", help="Record only then, in the city's time: 18:00-06:00.")
@click.option("--days", type=int, help="Days that recordings are kept.")
def change(identifier: str, **given: Any) -> None:
    """Change a camera; what is not given stays."""
    ask(lambda api: api.patch(f"/cameras/{segment(identifier)}", _body(**given)))
    click.echo(f"camera {identifier} changed")


def _body(days: int | None, hours: str | None, **given: Any) -> dict[str, Any]:
    recording: dict[str, Any] = {} if days is None else {"days": days}
    if hours is not None:
        begin, _, end = hours.partition("-")
        recording |= {"mode": "schedule", "hours": [{"from": begin.strip(), "to": end.strip()}]}
    body = {key: value for key, value in given.items() if value is not None}
    return body | ({"recording": recording} if recording else {})


@camera.command("list")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def list_(as_json: bool) -> None:
    """List the cameras and what they are doing."""
    cameras = ask(lambda api: api.get("/cameras"))["cameras"]
    if as_json:
        click.echo(json.dumps(cameras, indent=2))
        return
    print_table(("ID", "NAME", "STATE", "RECORDING", "LAST PICTURE"), map(_row, cameras))


def _row(one: dict[str, Any]) -> tuple[object, ...]:
    state = one["state"]
    recording = "yes" if state["recording"] else "no"
    return one["id"], one["name"], state["state"], recording, state.get("last_picture")


@camera.command()
@click.argument("identifier", metavar="ID")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def show(identifier: str, as_json: bool) -> None:
    """Show all about one camera; passwords in its addresses are hidden."""
    found = ask(lambda api: api.get(f"/cameras/{segment(identifier)}"))
    if as_json:
        click.echo(json.dumps(found, indent=2))
        return
    print_facts(_facts(found))
    for profile, status in found["state"].get("profiles", {}).items():
        click.echo(f"\n{profile}")
        print_facts([(f"  {name.replace('_', ' ')}", value) for name, value in status.items()])


def _facts(found: dict[str, Any]) -> list[tuple[str, object]]:
    state, recording = found["state"], found["recording"]
    return [
        ("id", found["id"]),
        ("name", found["name"]),
        ("address", found.get("url")),
        ("small stream", found.get("sub_url")),
        ("simulated", "yes" if found.get("simulated") else None),
        ("recording", f"{recording['mode']}, {recording['profile']}, kept {recording['days']} days"),
        ("hours", ", ".join(f"{one['from']}-{one['to']}" for one in recording["hours"]) or None),
        ("state", f"{state['state']} since {state.get('since')}"),
        ("reason", state.get("reason")),
        ("last picture", state.get("last_picture")),
    ]


@camera.command()
@click.argument("identifier", metavar="ID")
def remove(identifier: str) -> None:
    """Remove a camera; its recordings stay until their days are over."""
    ask(lambda api: api.delete(f"/cameras/{segment(identifier)}"))
    click.echo(f"camera {identifier} removed")
