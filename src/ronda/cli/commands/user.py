"""`ronda user`."""

import sys

import click

from ronda.cli.client import ask, segment
from ronda.cli.command import Group


@click.group(cls=Group)
def user() -> None:
    """Care for the people who sign in."""


@user.command()
@click.argument("name")
def password(name: str) -> None:
    """Give somebody a new password, asked for twice, or read from standard input; their sessions end."""
    if sys.stdin.isatty():
        new = click.prompt("New password", hide_input=True, confirmation_prompt=True)
    else:
        new = sys.stdin.readline().rstrip("\n")
    ask(lambda api: api.post(f"/persons/{segment(name)}/password", {"new": new}))
    click.echo(f"{name} has a new password")
