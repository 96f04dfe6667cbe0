"""`ronda demo`."""

import os
from pathlib import Path

import click

from ronda.cli.command import Command, Invocation, default_data, settings, start_logging

_FEWEST = 2  # an alley's mouth, and where last night's theft was


@click.command(cls=Command)
@click.option("--host", help="Address to listen on; 0.0.0.0 for all.")
@click.option("--port", help="Port of the pages and the API.")
@click.option("--https/--no-https", default=None, help="Serve over HTTPS, with a certificate of its own.")
@click.option("--cameras", type=click.IntRange(_FEWEST, 14_000), help="How many cameras: all 14000, or fewer.")
@click.option("--reset", is_flag=True, help="Forget what the demonstration has recorded and start over.")
def demo(host: str | None, port: str | None, https: bool | None, cameras: int | None, reset: bool) -> None:
    """Show Ronda with a simulated Semarang of 14,000 cameras, its people, and last night in Krapyak."""
    invocation = click.get_current_context().ensure_object(Invocation)
    if invocation.data is None and "RONDA_DATA" not in os.environ:
        own = default_data(os.environ)
        invocation.data = Path(own.parent, own.name + "-demo")
    from ronda.cli import demo as body

    chosen = settings({"host": host, "port": port, "https": https, **body.overrides(os.environ)})
    start_logging(chosen, quiet=True)
    body.run(chosen, cameras=cameras, reset=reset)
