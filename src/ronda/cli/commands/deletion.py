"""`ronda evidence delete`."""

import json
from typing import Any

import click

from ronda.cli.client import ask, segment
from ronda.cli.command import Group
from ronda.cli.moment import Moment
from ronda.cli.table import print_table


@click.group("delete", cls=Group)
def delete() -> None:
    """Have footage deleted that a court orders to be deleted: one person brings the order, another approves it."""


@delete.command()
@click.option("--camera", required=True, metavar="ID", help="The camera.")
@click.option("--from", "from_", type=Moment(), required=True, help="Start, as 2026-11-21T19:00:00Z or with +07:00.")
@click.option("--to", type=Moment(), required=True, help="End; seven days later at most.")
@click.option("--order", required=True, metavar="NO", help="The court's number of the order.")
@click.option("--why", required=True, help="What it orders, and why.")
@click.option("--case", "cases", multiple=True, metavar="NO", help="A case that the order names; several times.")
def order(from_: str, cases: tuple[str, ...], **given: Any) -> None:
    """Bring a court's order; nothing is deleted before another person approves it. Prints its id last."""
    body = {"from": from_, "cases": list(cases), **given}
    click.echo(ask(lambda api: api.post("/deletions", body))["id"])


@delete.command()
@click.argument("identifier", metavar="ID")
@click.option("--note", default="", help="What you say to it.")
def approve(identifier: str, note: str) -> None:
    """Have it done, for good: whole files within the stretch go, and the sealed exports of it."""
    told = ask(lambda api: api.post(f"/deletions/{segment(identifier)}/approve", {"note": note}))
    _tell(told)


@delete.command()
@click.argument("identifier", metavar="ID")
@click.option("--note", default="", help="Why not.")
def refuse(identifier: str, note: str) -> None:
    """Have it not done, or take back what you brought yourself."""
    _tell(ask(lambda api: api.post(f"/deletions/{segment(identifier)}/refuse", {"note": note})))


@delete.command()
@click.argument("identifier", metavar="ID")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def show(identifier: str, as_json: bool) -> None:
    """Show one, and the proof of it: what is gone, with its SHA-256, and what stays."""
    told = ask(lambda api: api.get(f"/deletions/{segment(identifier)}"))
    if as_json:
        click.echo(json.dumps(told, indent=2))
        return
    _tell(told)
    rows = [("gone", one["from"], one["to"], one["file"], one["sha256"]) for one in told["deleted"]]
    rows += [(f"stays ({one['why']})", one["from"], one["to"], one["file"], "") for one in told["kept"]]
    print_table(("WHAT", "FROM", "TO", "FILE", "SHA-256"), rows)


@delete.command("list")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def list_(as_json: bool) -> None:
    """List what courts have ordered to be deleted, newest first."""
    found = ask(lambda api: api.get("/deletions"))["deletions"]
    if as_json:
        click.echo(json.dumps(found, indent=2))
        return
    rows = [(one["id"], one["camera"], one["from"], one["to"], one["order"], one["state"], one["by"]) for one in found]
    print_table(("ID", "CAMERA", "FROM", "TO", "ORDER", "STATE", "BY"), rows)


def _tell(told: dict[str, Any]) -> None:
    """Say how it stands."""
    click.echo(f"order {told['order']}: {told['state']}")
    if told["problem"]:
        click.echo(f"{told['problem']}: {told['mend']}" if told["mend"] else told["problem"])
    if told["state"] == "done":
        click.echo(f"{told['segments']} files deleted ({told['bytes'] / 1e6:.1f} MB), by rule deleted-by-order")
        if told["kept"]:
            click.echo(f"{len(told['kept'])} files reach out of the stretch, or are still written, and stay")
