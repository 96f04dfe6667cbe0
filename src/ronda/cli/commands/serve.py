"""`ronda serve`."""

import click

from ronda.cli.command import Command, settings, start_logging


@click.command(cls=Command)
@click.option("--host", help="Address to listen on; 0.0.0.0 for all.")
@click.option("--port", help="Port of the pages and the API.")
@click.option("--https/--no-https", default=None, help="Serve over HTTPS, with a certificate of its own.")
@click.option("--public/--no-public", default=None, help="Let anybody watch without signing in.")
def serve(host: str | None, port: str | None, https: bool | None, public: bool | None) -> None:
    """Run the server: pages, API, recording."""
    chosen = settings({"host": host, "port": port, "https": https, "public": public})
    start_logging(chosen)
    from ronda.cli.serve import run

    run(chosen)
