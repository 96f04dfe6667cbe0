"""`ronda config`."""

import json

import click

from ronda.cli.command import Command, settings
from ronda.cli.table import print_table


@click.command(cls=Command)
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def config(as_json: bool) -> None:
    """Print the settings in effect and where each comes from; secrets are hidden."""
    from ronda.config.show import show

    rows = show(settings())
    if as_json:
        click.echo(json.dumps({key: {"value": value, "origin": origin} for key, value, origin in rows}, indent=2))
        return
    print_table(("SETTING", "VALUE", "FROM"), rows)
