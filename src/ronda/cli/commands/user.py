"""`ronda user`."""

import click

from ronda.cli.client import ask
from ronda.cli.command import Group


@click.group(cls=Group)
def user() -> None:
    """Set a person's password."""


@user.command()
@click.argument("name", default="admin")
@click.option("--password", prompt=True, hide_input=True, confirmation_prompt=True, help="Asked for when not given.")
def password(name: str, password: str) -> None:
    """Give NAME (admin when not given) a new password; the person is signed out everywhere."""
    ask(lambda api: api.post(f"/persons/{name}/password", {"password": password}))
    click.echo(f"{name} has a new password")
