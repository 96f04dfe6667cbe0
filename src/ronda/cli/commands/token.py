"""`ronda token`."""

import click

from ronda.cli.client import ask, segment
from ronda.cli.command import Group
from ronda.cli.table import print_table


@click.group(cls=Group)
def token() -> None:
    """Make, list and withdraw API tokens."""


@token.command()
@click.option("--name", default="cli", show_default=True, help="What it is for; the access log shows it.")
def create(name: str) -> None:
    """Make a token and print it, last; it is not shown again."""
    made = ask(lambda api: api.post("/tokens", {"name": name}))
    click.echo(made["token"])


@token.command("list")
def list_() -> None:
    """List the tokens; the secrets themselves are not kept."""
    tokens = ask(lambda api: api.get("/tokens"))["tokens"]
    print_table(("ID", "NAME", "CREATED"), [(one["id"], one["name"], one.get("created")) for one in tokens])


@token.command()
@click.argument("identifier", metavar="ID")
def remove(identifier: str) -> None:
    """Withdraw a token; connections that use it end."""
    ask(lambda api: api.delete(f"/tokens/{segment(identifier)}"))
    click.echo(f"token {identifier} withdrawn")
