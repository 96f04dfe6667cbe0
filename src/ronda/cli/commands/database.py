"""`ronda database`."""

import click

from ronda.cli.command import Group, settings, start_logging


@click.group(cls=Group)
def database() -> None:
    """Move the database to another server, or give it a new key. The server must be stopped."""


@database.command()
@click.option(
    "--to", "target", required=True, metavar="URL", help="An empty database: postgresql:// or sqlite:////PATH."
)
def copy(target: str) -> None:
    """Copy everything into another, empty database and count both; the one in use stays as it is."""
    from ronda.cli.composition import database_of
    from ronda.config.database_url import DatabaseUrl
    from ronda.config.folder import locked
    from ronda.store import copying

    chosen = settings()
    start_logging(chosen, quiet=True)
    try:
        url = DatabaseUrl.parse(target)
    except ValueError:
        raise click.BadParameter(f"it must be {DatabaseUrl.allowed}", param_hint="--to") from None
    with locked(chosen.data):
        source, _, _ = database_of(chosen)
        copied = copying.copy(source, url.whole, lambda table, rows: click.echo(f"{rows:>10}  {table}"))
    click.echo(f"copied {sum(copied.rows.values())} rows of {len(copied.rows)} tables to {url}")
    click.echo("now set database.url to that address and start Ronda; keep the key file where it is")


@database.command()
def rekey() -> None:
    """Put a new key above the others in the key file; the next start seals everything under it."""
    from ronda.cli.composition import database_of
    from ronda.config.folder import locked
    from ronda.store.secrets import add_key

    chosen = settings()
    start_logging(chosen, quiet=True)
    with locked(chosen.data):
        _, keys, _ = database_of(chosen)
        id = add_key(keys)
    click.echo(f"new key {id} in {keys}")
    click.echo("start Ronda, which seals every password under it; then the lines below it may go")
