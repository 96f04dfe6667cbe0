"""`ronda hold`."""

import json
from collections.abc import Mapping
from typing import Any

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
@click.option("--case", default="", help="Number of the case.")
@click.option("--days", type=click.IntRange(1, 30), default=30, show_default=True, help="For how long, from now.")
def add(camera: str, from_: str, to: str, reason: str, case: str, days: int) -> None:
    """Keep a stretch of CAMERA; prints the hold's id last."""
    body = {"camera": camera, "from": from_, "to": to, "reason": reason, "case": case, "days": days}
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
    rows = [
        (one["id"], one["camera"], one["from"], one["to"], _until(one), one.get("by"), one.get("case"), one["reason"])
        for one in holds
    ]
    print_table(("ID", "CAMERA", "FROM", "TO", "UNTIL", "BY", "CASE", "REASON"), rows)


@hold.command()
@click.argument("identifier", metavar="ID")
@click.option("--days", type=click.IntRange(1, 30), default=30, show_default=True, help="For how long, from now.")
def extend(identifier: str, days: int) -> None:
    """Let a hold go on."""
    told = ask(lambda api: api.patch(f"/holds/{segment(identifier)}", {"days": days}))
    click.echo(f"hold {identifier} lasts until {told['until'] or 'somebody ends it'}")


@hold.command()
@click.argument("identifier", metavar="ID")
def remove(identifier: str) -> None:
    """End a hold; what it kept may be deleted from then on."""
    ask(lambda api: api.delete(f"/holds/{segment(identifier)}"))
    click.echo(f"hold {identifier} ended")


def _until(hold: Mapping[str, Any]) -> str:
    return f"{hold.get('until') or 'ended'}{', soon' if hold.get('ends_soon') else ''}"
