"""`ronda hold`."""

import json

import click

from ronda.cli.client import ask, segment
from ronda.cli.command import Group
from ronda.cli.moment import Moment
from ronda.cli.table import print_table


@click.group(cls=Group)
def hold() -> None:
    """Keep stretches of recordings from being deleted."""


@hold.command()
@click.argument("camera")
@click.option("--from", "from_", type=Moment(), required=True, help="Start, as 2026-11-21T19:00:00Z or with +07:00.")
@click.option("--to", type=Moment(), required=True, help="End.")
@click.option("--reason", required=True, help="Why; shown with the hold.")
def add(camera: str, from_: str, to: str, reason: str) -> None:
    """Keep a stretch of CAMERA; prints the hold's id last."""
    body = {"camera": camera, "from": from_, "to": to, "reason": reason}
    made = ask(lambda api: api.post("/holds", body))
    click.echo(made["id"])


@hold.command("list")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def list_(as_json: bool) -> None:
    """List the holds."""
    holds = ask(lambda api: api.get("/holds"))["holds"]
    if as_json:
        click.echo(json.dumps(holds, indent=2))
        return
    rows = [(one["id"], one["camera"], one["from"], one["to"], one.get("by"), one["reason"]) for one in holds]
    print_table(("ID", "CAMERA", "FROM", "TO", "BY", "REASON"), rows)


@hold.command()
@click.argument("identifier", metavar="ID")
def remove(identifier: str) -> None:
    """End a hold; what it kept may be deleted from then on."""
    ask(lambda api: api.delete(f"/holds/{segment(identifier)}"))
    click.echo(f"hold {identifier} ended")
