"""`ronda token`."""

from collections.abc import Sequence

import click

from ronda.cli.client import ask, segment
from ronda.cli.command import Group
from ronda.cli.moment import Moment
from ronda.cli.scope import ROLES, over, scope_options
from ronda.cli.table import print_table


@click.group(cls=Group)
def token() -> None:
    """Make, list and withdraw API tokens."""


@token.command()
@click.option("--name", default="cli", show_default=True, help="What it is for; the access log shows it.")
@click.option("--role", type=click.Choice(ROLES), help="What it may do; without it, everything.")
@scope_options
@click.option("--action", "actions", multiple=True, metavar="ACTION", help="Of that only this; may be given again.")
@click.option("--until", type=Moment(), help="When it expires.")
def create(
    name: str,
    role: str | None,
    scope: dict[str, str],
    actions: Sequence[str],
    until: str | None,
) -> None:
    """Make a token and print it, last; it is not shown again."""
    body: dict[str, object] = {"name": name}
    if role or scope["value"]:
        body |= {"role": role or "administrator", **scope}
    if actions:
        body["actions"] = list(actions)
    if until:
        body["expires"] = until
    made = ask(lambda api: api.post("/tokens", body))
    click.echo(made["token"])


@token.command("list")
def list_() -> None:
    """List the tokens; the secrets themselves are not kept."""
    tokens = ask(lambda api: api.get("/tokens"))["tokens"]
    rows = [
        (
            one["id"],
            one["name"],
            one.get("role"),
            over(one) if "scope" in one else None,
            ", ".join(one.get("actions") or ()),
            one.get("expires"),
            one.get("created"),
        )
        for one in tokens
    ]
    print_table(("ID", "NAME", "ROLE", "OVER", "ONLY", "UNTIL", "CREATED"), rows)


@token.command()
@click.argument("identifier", metavar="ID")
def remove(identifier: str) -> None:
    """Withdraw a token; connections that use it end."""
    ask(lambda api: api.delete(f"/tokens/{segment(identifier)}"))
    click.echo(f"token {identifier} withdrawn")
